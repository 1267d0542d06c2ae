//! What the tests of JetStream share.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use nats_actors::Client;
use nats_actors::jetstream::{
    Consumer, ConsumerConfig, Delivery, Error, JetStream, Messages, Stream, StreamConfig,
};
use nats_actors::testing::{Server, ServerConfig};
use nats_actors_tests::eventually_async;

pub(crate) use crate::core::kit::{PATIENCE, within};

/// A server with JetStream, a client of it, and a stream `S` of the subjects `s.>`.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) js: JetStream,
    pub(crate) stream: Stream,
}

pub(crate) async fn connect(server: &Server) -> JetStream {
    Client::connect(server.url()).await.unwrap().jetstream()
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::on(ServerConfig::new().jetstream().start().await.unwrap()).await
    }

    pub(crate) async fn on(server: Server) -> Self {
        let js = connect(&server).await;
        let stream = js.create_stream(stream_config()).await.unwrap();
        Self { server, js, stream }
    }

    /// A durable consumer `c` with an ack wait that no test waits for.
    pub(crate) async fn consumer(&self) -> Consumer {
        self.stream.create_consumer(consumer_config()).await.unwrap()
    }

    /// Stores messages `0`, `1`, … on `s.n`.
    pub(crate) async fn store(&self, count: usize) {
        for n in 0..count {
            self.js.publish("s.n", n.to_string()).await.unwrap();
        }
    }

    /// Stores many messages `0`, `1`, … on `s.n`, in order: the order in which a window sends.
    pub(crate) async fn store_fast(&self, count: usize) {
        let numbers = futures_util::stream::iter(0..count);
        let publishes = numbers.map(async |n| self.js.publish("s.n", n.to_string()).await);
        publishes.buffered(256).for_each(async |ack| drop(ack.unwrap())).await;
    }
}

/// Stores a number, trying again while no server takes it: an id lets the stream recognise one that is sent again.
pub(crate) async fn store_once(js: &JetStream, subject: &str, number: u64) {
    let id = number.to_string();
    let store = || js.publish(subject, &id).message_id(&id).timeout(Duration::from_secs(2));
    let stored = || async { store().await.is_ok() };
    eventually_async(4 * PATIENCE, "it is stored", stored).await;
}

pub(crate) fn stream_config() -> StreamConfig {
    StreamConfig::new("S").subjects(["s.>"])
}

pub(crate) fn consumer_config() -> ConsumerConfig {
    ConsumerConfig::durable("c").ack_wait(Duration::from_secs(300)).max_ack_pending(-1)
}

/// The next delivery, which must come in time.
pub(crate) async fn next(messages: &mut Messages) -> Delivery {
    within(PATIENCE, messages.next()).await.expect("it ended").expect("it failed")
}

/// The error that ends it.
pub(crate) async fn end(messages: &mut Messages) -> Option<Error> {
    within(PATIENCE, async {
        loop {
            match messages.next().await {
                Some(Ok(delivery)) => delivery.forget(),
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        }
    })
    .await
}

/// Takes and acknowledges deliveries until each of `0..count` came; how many came more than once.
pub(crate) async fn take_all(messages: &mut Messages, count: usize) -> usize {
    let mut seen = BTreeSet::new();
    let mut again = 0;
    while seen.len() < count {
        let delivery = next(messages).await;
        if !seen.insert(number(&delivery)) {
            again += 1;
        }
        delivery.ack().await.unwrap();
    }
    assert_eq!(seen.last(), Some(&(count - 1)));
    again
}

pub(crate) fn number(delivery: &Delivery) -> usize {
    std::str::from_utf8(delivery.payload()).unwrap().parse().unwrap()
}
