//! A worker whose servers are replaced, one after the other, as an operator does it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nats_actors::jetstream::{JetStream, StreamConfig};
use nats_actors::testing::{Cluster, ServerConfig};
use nats_actors::{Client, ConnectOptions, HandoverPolicy};
use nats_actors::{consumer, handlers, worker};
use nats_actors_tests::eventually;
use nats_actors_tests::rolling::rolling_restart;

use super::kit::{Probe, up};
use crate::jetstream::kit::store_once;

/// What three restarts may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A short ack wait: what a leader has on its way when another server takes over is lost, and comes again after that.
#[consumer(stream = "ORDERS", durable = "rolled", provision = create, ack_wait = "2s", max_in_flight = 100)]
struct Rolled {
    probe: Probe,
}

#[handlers]
impl Rolled {
    #[on("orders.>")]
    async fn any(&self, order: u64) {
        self.probe.note(order);
    }
}

async fn connect(cluster: &Cluster) -> Client {
    let policy = HandoverPolicy::new().delay(Duration::ZERO);
    ConnectOptions::new().handover(policy).connect(cluster.client_url()).await.unwrap()
}

/// Places orders 0, 1, 2, … once each, until it is told to stop; how many those were.
async fn place(js: JetStream, stop: Arc<AtomicBool>) -> u64 {
    let mut order = 0;
    while !stop.load(Ordering::SeqCst) {
        store_once(&js, "orders.placed", order).await;
        order += 1;
    }
    order
}

// spec: A05-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_outlives_each_of_its_servers() {
    let lame = ServerConfig::new().lame_duck(Duration::from_secs(30), Duration::from_secs(3));
    let cluster = Cluster::start(3, lame.jetstream()).await.unwrap();
    let (client, publisher) = (connect(&cluster).await, connect(&cluster).await);
    let stream = StreamConfig::new("ORDERS").subjects(["orders.>"]).replicas(3);
    client.jetstream().create_stream(stream).await.unwrap();
    let (probe, stop) = (Probe::default(), Arc::new(AtomicBool::new(false)));
    let handed = probe.clone();
    let running = worker::consumer(&client, move || Rolled { probe: handed.clone() }).start();
    up(&running).await;
    let placing = tokio::spawn(place(publisher.jetstream(), Arc::clone(&stop)));
    rolling_restart(&cluster, &[client.clone(), publisher.clone()], true).await;
    stop.store(true, Ordering::SeqCst);
    let placed = placing.await.unwrap();

    let handled = || probe.orders().into_iter().collect::<BTreeSet<_>>();
    let all = || handled().len() as u64 == placed;
    eventually(PATIENCE, "every order is handled", all).await;
    assert_eq!(handled().last(), Some(&(placed - 1)));
    assert!(running.drain().await.is_clean());
}
