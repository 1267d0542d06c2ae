//! A consumer whose client moves to another server.

use std::collections::BTreeSet;
use std::time::Duration;

use nats_actors::jetstream::{
    Consumer, JetStream, Messages, MessagesEvent, MessagesEvents, Stream,
};
use nats_actors::testing::{Cluster, ServerConfig};
use nats_actors::{Client, ConnectOptions, Event, Events, HandoverPolicy};
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{PATIENCE, consumer_config, next, number, store_once, stream_config, within};

const COUNT: usize = 3_000;

struct World {
    _cluster: Cluster,
    client: Client,
    stream: Stream,
    storing: tokio::task::JoinHandle<()>,
}

/// A stream with a copy on each of three servers, into which somebody stores slowly.
async fn world() -> World {
    let cluster = Cluster::start(3, ServerConfig::new().jetstream()).await.unwrap();
    let policy = HandoverPolicy::new().delay(Duration::ZERO);
    let options = || ConnectOptions::new().handover(policy);
    let client = options().connect(cluster.client_url()).await.unwrap();
    let stream = client.jetstream().create_stream(stream_config().replicas(3)).await.unwrap();
    let publisher = options().connect(cluster.client_url()).await.unwrap().jetstream();
    World { _cluster: cluster, client, stream, storing: tokio::spawn(store(publisher)) }
}

async fn store(jetstream: JetStream) {
    for n in 0..COUNT {
        store_once(&jetstream, "s.n", n as u64).await;
    }
}

async fn settle(messages: &mut Messages, seen: &mut BTreeSet<usize>) {
    let delivery = next(messages).await;
    assert!(seen.insert(number(&delivery)), "{} came twice", number(&delivery));
    delivery.ack().await.unwrap();
}

async fn moved(events: &mut Events) {
    within(PATIENCE, async {
        loop {
            match events.next().await {
                Some(Event::Moved { .. }) => return,
                Some(Event::Disconnected { reason, .. }) => panic!("{reason}"),
                Some(_) => {}
                None => panic!("it closed"),
            }
        }
    })
    .await;
}

/// What is told within a moment.
async fn told(events: &mut MessagesEvents) -> Option<MessagesEvent> {
    tokio::time::timeout(Duration::from_millis(50), events.next()).await.ok().flatten()
}

// spec: A05-02
/// The server knows a pull by its inbox, and the inbox moves: consumption goes on as if nothing had happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_does_not_notice_that_its_client_moves() {
    let world = world().await;
    let consumer = world.stream.create_consumer(consumer_config()).await.unwrap();
    let mut messages = consumer.messages().max_in_flight(100).await.unwrap();
    let mut events = world.client.events();
    let mut seen = BTreeSet::new();
    // A consumer that was made just now may need a second pull, and give some messages back.
    while seen.len() < COUNT / 3 {
        settle(&mut messages, &mut seen).await;
    }
    let mut notices = messages.control().events();
    world.client.move_to_another_server();
    while seen.len() < COUNT {
        settle(&mut messages, &mut seen).await;
    }
    moved(&mut events).await;
    world.storing.await.unwrap();

    assert_eq!(told(&mut notices).await, None);
}

/// How many pulls of the consumer wait at the server.
async fn pulls(consumer: &Consumer) -> u64 {
    consumer.info().await.unwrap().num_waiting
}

// spec: A05-02
/// The one pull that waits is kept: it is not sent again, and a message that is stored after the move comes by it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pull_that_waits_is_kept_over_a_move() {
    let cluster = Cluster::start(3, ServerConfig::new().jetstream()).await.unwrap();
    let policy = HandoverPolicy::new().delay(Duration::ZERO).overlap(Duration::from_millis(100));
    let options = ConnectOptions::new().handover(policy);
    let client = options.connect(cluster.client_url()).await.unwrap();
    let js = client.jetstream();
    let stream = js.create_stream(stream_config().replicas(3)).await.unwrap();
    let consumer = stream.create_consumer(consumer_config()).await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let control = messages.control();
    eventually(PATIENCE, "it is alive", || control.status().last_heartbeat.is_some()).await;
    eventually_async(PATIENCE, "one pull waits", async || pulls(&consumer).await == 1).await;
    let (before, left) = (control.status().recoveries, client.server_info().server_name.clone());
    let mut events = client.events();
    client.move_to_another_server();
    moved(&mut events).await;
    let left = cluster.servers().iter().zip(["n1", "n2", "n3"]).find(|(_, name)| *name == left);
    let (left, _) = left.unwrap();
    eventually_async(PATIENCE, "the old connection is closed", async || {
        left.connz().await.unwrap()["num_connections"] == 0
    })
    .await;

    assert_eq!(pulls(&consumer).await, 1, "a pull that was kept is not sent again");
    js.publish("s.n", "7").await.unwrap();
    let delivery = next(&mut messages).await;
    assert_eq!(number(&delivery), 7);
    delivery.ack().await.unwrap();
    assert_eq!(control.status().recoveries, before, "as if nothing had happened");
}
