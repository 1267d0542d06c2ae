//! What the tests of workers share.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nats_actors::Client;
use nats_actors::jetstream::{ConsumerInfo, JetStream, StoredMessage, StreamConfig};
use nats_actors::testing::Server;
use nats_actors::worker::RunningConsumer;
use nats_actors_tests::eventually_async;

pub(crate) use crate::core::kit::PATIENCE;

/// A server with a stream for orders and one for dead letters.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) client: Client,
    pub(crate) js: JetStream,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        let stage = Self::without_dead_letters().await;
        stage.add_dead_letters().await;
        stage
    }

    pub(crate) async fn without_dead_letters() -> Self {
        let server = Server::builder().jetstream().start().await.unwrap();
        let client = Client::connect(server.url()).await.unwrap();
        let js = client.jetstream();
        js.create_stream(StreamConfig::new("ORDERS").subjects(["orders.>"])).await.unwrap();
        Self { server, client, js }
    }

    pub(crate) async fn add_dead_letters(&self) {
        self.js.create_stream(StreamConfig::new("DLQ").subjects(["dlq.>"])).await.unwrap();
    }

    /// Stores orders `from..to`, as `orders.{n % keys}.placed` with the payload `n`.
    pub(crate) async fn place(&self, numbers: std::ops::Range<u64>, keys: u64) {
        for n in numbers {
            let subject = format!("orders.{}.placed", n % keys);
            self.js.publish(subject, n.to_string()).await.unwrap();
        }
    }

    pub(crate) async fn consumer_info(&self, durable: &str) -> ConsumerInfo {
        let stream = self.js.stream("ORDERS").await.unwrap();
        stream.consumer(durable).await.unwrap().info().await.unwrap()
    }

    /// Waits until every order is settled for good.
    pub(crate) async fn settled(&self, durable: &str, orders: u64) {
        eventually_async(PATIENCE, "all orders are settled", async || {
            let stream = self.js.bind_stream("ORDERS").unwrap();
            // It may not have been created yet, or the server may be away.
            let info = stream.bind_consumer(durable).unwrap().info().await;
            info.is_ok_and(|info| info.ack_floor.stream >= orders && info.num_ack_pending == 0)
        })
        .await;
    }

    pub(crate) async fn dead_letter_count(&self) -> u64 {
        self.js.stream("DLQ").await.unwrap().info().await.unwrap().state.messages
    }

    /// The only dead letter.
    pub(crate) async fn dead_letter(&self) -> StoredMessage {
        eventually_async(PATIENCE, "a dead letter", async || self.dead_letter_count().await >= 1)
            .await;
        assert_eq!(self.dead_letter_count().await, 1);
        self.js.stream("DLQ").await.unwrap().message(1).await.unwrap()
    }
}

/// Waits until a consumer is up.
pub(crate) async fn up(consumer: &RunningConsumer) {
    consumer.wait_up(PATIENCE).await.unwrap();
}

/// Notes what handlers do, and when.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    seen: Arc<Mutex<Vec<(u64, Instant)>>>,
}

impl Probe {
    pub(crate) fn note(&self, order: u64) {
        self.seen.lock().unwrap().push((order, Instant::now()));
    }

    pub(crate) fn orders(&self) -> Vec<u64> {
        self.seen.lock().unwrap().iter().map(|(order, _)| *order).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn runs_of(&self, order: u64) -> usize {
        self.orders().iter().filter(|seen| **seen == order).count()
    }

    /// The times between one run and the next.
    pub(crate) fn gaps(&self) -> Vec<Duration> {
        let seen = self.seen.lock().unwrap();
        seen.windows(2).map(|pair| pair[1].1 - pair[0].1).collect()
    }

    pub(crate) fn last_at(&self) -> Option<Instant> {
        self.seen.lock().unwrap().last().map(|(_, at)| *at)
    }
}
