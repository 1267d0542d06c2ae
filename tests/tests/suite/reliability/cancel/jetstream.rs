//! What JetStream waits for.

use nats_actors::ConnectOptions;
use nats_actors::jetstream::{
    Consumer, ConsumerConfig, JetStream, Messages, MessagesState, Stream, StreamConfig,
};
use nats_actors::testing::Server;
use nats_actors_tests::{drop_after, drop_at_each_poll, eventually};

use super::stage::{NETWORKS, Network, STUCK, Stage};
use crate::core::kit::{PATIENCE, options, within};

/// Each operation of the API is one request: with and without an answer says it all.
const ANSWERED_OR_NOT: [Network; 2] = [Network::Up, Network::Stalled];

struct World {
    stage: Stage,
    js: JetStream,
    stream: Stream,
    consumer: Consumer,
}

async fn world() -> World {
    world_with(options()).await
}

async fn world_with(options: ConnectOptions) -> World {
    let server = Server::builder().jetstream().start().await.unwrap();
    let mut stage = Stage::on(server, options).await;
    let js = stage.client.jetstream();
    let stream = js.create_stream(StreamConfig::new("S").subjects(["s.>"])).await.unwrap();
    let consumer = stream.create_consumer(ConsumerConfig::durable("c")).await.unwrap();
    js.publish("s.first", "x").await.unwrap();
    stage.remember();
    World { stage, js, stream, consumer }
}

impl World {
    async fn leaves_nothing<T>(&self, what: &str, begin: impl AsyncFnMut() -> T) {
        self.stage.leaves_nothing(&ANSWERED_OR_NOT, what, begin).await;
    }

    /// Messages, with as many deliveries waiting.
    async fn messages(&mut self, count: u64) -> Messages {
        for _ in 0..count {
            self.js.publish("s.n", "x").await.unwrap();
        }
        let messages = self.consumer.messages().await.unwrap();
        let pulling = |state| state == MessagesState::Pulling;
        within(PATIENCE, messages.control().wait_for(pulling)).await;
        let buffered = || messages.control().status().buffered as u64 >= count;
        eventually(PATIENCE, "the deliveries are here", buffered).await;
        self.stage.remember();
        messages
    }
}

// spec: G-03, REQ-11
#[tokio::test]
async fn operations_on_streams_dropped_at_each_poll() {
    let world = world().await;
    let (js, stream) = (&world.js, &world.stream);
    let config = || StreamConfig::new("S").subjects(["s.>"]);
    world.leaves_nothing("account", async || js.account().await).await;
    world.leaves_nothing("create_stream", async || js.create_stream(config()).await).await;
    world.leaves_nothing("update_stream", async || js.update_stream(config()).await).await;
    let either = async || js.create_or_update_stream(config()).await;
    world.leaves_nothing("create_or_update_stream", either).await;
    world.leaves_nothing("stream", async || js.stream("S").await).await;
    world.leaves_nothing("stream_by_subject", async || js.stream_by_subject("s.x").await).await;
    world.leaves_nothing("publish", async || js.publish("s.x", "x").await).await;
    world.leaves_nothing("info", async || stream.info().await).await;
    world.leaves_nothing("message", async || stream.message(1).await).await;
    world.leaves_nothing("last_message", async || stream.last_message("s.x").await).await;
    world.leaves_nothing("delete_message", async || stream.delete_message(1).await).await;
    world.leaves_nothing("erase_message", async || stream.erase_message(2).await).await;
    world.leaves_nothing("purge", async || stream.purge().await).await;
    world.leaves_nothing("delete", async || stream.clone().delete().await).await;
    world.leaves_nothing("delete_stream", async || js.delete_stream("S").await).await;
}

// spec: G-03, REQ-11
#[tokio::test]
async fn operations_on_consumers_dropped_at_each_poll() {
    let world = world().await;
    let (stream, consumer) = (&world.stream, &world.consumer);
    let config = || ConsumerConfig::durable("c");
    world.leaves_nothing("create", async || stream.create_consumer(config()).await).await;
    world.leaves_nothing("update", async || stream.update_consumer(config()).await).await;
    let either = async || stream.create_or_update_consumer(config()).await;
    world.leaves_nothing("create_or_update", either).await;
    world.leaves_nothing("consumer", async || stream.consumer("c").await).await;
    world.leaves_nothing("info", async || consumer.info().await).await;
    world.leaves_nothing("delete", async || consumer.clone().delete().await).await;
    world.leaves_nothing("delete_consumer", async || stream.delete_consumer("c").await).await;
}

/// Pulling that was dropped while it began does not pull.
// spec: G-03
#[tokio::test]
async fn messages_dropped_while_they_begin() {
    let world = world().await;
    let begin = async || world.consumer.messages().await;
    world.stage.leaves_nothing(&NETWORKS, "messages", begin).await;
}

/// No delivery is lost by a wait that was dropped, nor is an event.
// spec: G-03
#[tokio::test]
async fn waits_for_deliveries_dropped_at_each_poll() {
    let mut world = world().await;
    let mut messages = world.messages(0).await;
    within(PATIENCE, messages.next()).await.unwrap().unwrap().ack().await.unwrap();
    world.stage.remember();
    let control = messages.control();
    let (mut events, mut batch) = (control.events(), Vec::new());
    world.leaves_nothing("next", async || messages.next().await).await;
    world.leaves_nothing("next_batch", async || messages.next_batch(&mut batch, 9).await).await;
    world.leaves_nothing("event", async || events.next().await).await;
    world.leaves_nothing("wait_for", async || control.wait_for(|_| false).await).await;

    world.js.publish("s.n", "still here").await.unwrap();
    let delivery = within(PATIENCE, messages.next()).await.unwrap().unwrap();
    assert_eq!(delivery.payload(), b"still here");
    delivery.ack().await.unwrap();
}

/// A settlement that was dropped, also while it waited for room, leaves nothing behind.
// spec: G-03
#[tokio::test]
async fn settlements_dropped_at_each_poll() {
    let mut world = world_with(options().outbox_bytes(16 * 1024)).await;
    let mut messages = world.messages(100).await;
    let mut taken = Vec::new();
    within(PATIENCE, messages.next_batch(&mut taken, 100)).await.unwrap();
    let mut take = || taken.pop().unwrap();
    world.leaves_nothing("ack", async || take().ack().await).await;
    world.leaves_nothing("nak", async || take().nak().delay(PATIENCE).await).await;
    world.leaves_nothing("term", async || take().term().await).await;
    world.leaves_nothing("double_ack", async || take().double_ack().await).await;

    world.stage.network(Network::Stalled).await;
    while world.stage.client.try_publish("full", "").is_ok() {}
    let waiting = async |polls| drop_after(polls, STUCK, take().ack()).await;
    let (dropped, settled) = drop_at_each_poll(waiting).await;
    assert!(dropped > 0 && settled.is_none(), "{dropped} {settled:?}");
    world.stage.recover("an ack that waits for room").await;
    within(PATIENCE, messages.control().stop()).await;
}

/// A stop and a drain that were dropped go on.
// spec: G-03
#[tokio::test]
async fn ends_of_messages_dropped_at_each_poll() {
    let mut world = world().await;
    let before = world.stage.client.statistics().subscriptions;
    for polls in 1..=4 {
        for drains in [false, true] {
            let messages = world.messages(0).await;
            let control = messages.control();
            if drains {
                drop_after(polls, STUCK, control.drain()).await;
            } else {
                drop_after(polls, STUCK, control.stop()).await;
            }
            let ended = within(PATIENCE, control.wait_for(|_| false)).await;
            assert_eq!(ended, MessagesState::Ended);
            drop(messages);
            let gone = || world.stage.client.statistics().subscriptions == before;
            eventually(PATIENCE, "its subscription is gone", gone).await;
        }
    }
}
