//! Consumers whose servers are replaced, one after the other, as an operator does it.

use std::collections::BTreeSet;
use std::time::Duration;

use nats_actors::jetstream::{ConsumerConfig, JetStream, Messages};
use nats_actors::testing::{Cluster, ServerConfig};
use nats_actors::{Client, ConnectOptions, HandoverPolicy};
use nats_actors_tests::rolling::rolling_restart;
use tokio::task::JoinHandle;

use super::kit::{number, store_once, stream_config, within};

/// What three restarts may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);
/// What a leader had on its way when another server took over, messages and acknowledgements, is lost and counts as
/// delivered all the same: it comes again after this, also to a client that has not moved.
const ACK_WAIT: Duration = Duration::from_secs(2);

async fn cluster() -> Cluster {
    let lame = ServerConfig::new().lame_duck(Duration::from_secs(30), Duration::from_secs(3));
    Cluster::start(3, lame.jetstream()).await.unwrap()
}

async fn connect(cluster: &Cluster) -> Client {
    let policy = HandoverPolicy::new().delay(Duration::ZERO);
    ConnectOptions::new().handover(policy).connect(cluster.client_url()).await.unwrap()
}

/// Stores 0, 1, 2, … once each, until it is told to stop; how many those were.
fn store(jetstream: JetStream, mut stop: tokio::sync::oneshot::Receiver<()>) -> JoinHandle<usize> {
    tokio::spawn(async move {
        for n in 0.. {
            if stop.try_recv().is_ok() {
                return n;
            }
            store_once(&jetstream, "s.n", n as u64).await;
        }
        0
    })
}

/// Takes and acknowledges until `stored` says how many there are and all of those have come.
async fn take(mut messages: Messages, stored: JoinHandle<usize>) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut goal = usize::MAX;
    tokio::pin!(stored);
    while seen.len() < goal {
        tokio::select! {
            count = &mut stored, if goal == usize::MAX => goal = count.unwrap(),
            delivery = messages.next() => {
                let delivery = delivery.expect("it ended").expect("it failed");
                seen.insert(number(&delivery));
                delivery.ack().await.unwrap();
            }
        }
    }
    seen
}

/// Every server is left in lame duck mode, ends by itself and comes back: what is stored meanwhile is taken, and none of
/// it is missing in the end.
// spec: A05-02, A37-16
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_outlives_each_of_its_servers() {
    let cluster = cluster().await;
    let (client, publisher) = (connect(&cluster).await, connect(&cluster).await);
    let stream = client.jetstream().create_stream(stream_config().replicas(3)).await.unwrap();
    let config = ConsumerConfig::durable("c").ack_wait(ACK_WAIT).max_ack_pending(-1);
    let consumer = stream.create_consumer(config).await.unwrap();
    let messages = consumer.messages().max_in_flight(100).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let taking = tokio::spawn(take(messages, store(publisher.jetstream(), stopped)));
    rolling_restart(&cluster, &[client.clone(), publisher.clone()], true).await;
    stop.send(()).unwrap();
    let seen = within(PATIENCE, taking).await.unwrap();

    assert_eq!(seen.last(), Some(&(seen.len() - 1)));
}
