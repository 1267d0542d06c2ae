//! What the tests of applications share.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nats_actors::app::Running;
use nats_actors::jetstream::StreamConfig;
use nats_actors::testing::Server;
use nats_actors::{App, consumer, handlers, service};

pub(crate) use crate::core::kit::PATIENCE;

/// Numbers that somebody has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<Mutex<BTreeSet<u64>>>);

impl Seen {
    pub(crate) fn add(&self, number: u64) {
        self.0.lock().unwrap().insert(number);
    }

    pub(crate) fn all(&self) -> BTreeSet<u64> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// How long a handler takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(pub(crate) Duration);

impl Pace {
    /// Time has to pass: a handler is work, and what ends an application finds it at work.
    async fn work(self) {
        tokio::time::sleep(self.0).await;
    }
}

#[service(name = "greeter", version = "0.1.0")]
pub(crate) struct Greeter {
    pace: Pace,
}

#[handlers]
impl Greeter {
    #[endpoint("{name}.greet")]
    async fn greet(&self, name: String) -> String {
        self.pace.work().await;
        format!("hello, {name}")
    }
}

impl Greeter {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace }
    }
}

#[consumer(stream = "ORDERS", durable = "billing", provision = create, max_in_flight = 16)]
pub(crate) struct Billing {
    seen: Seen,
    pace: Pace,
}

#[handlers]
impl Billing {
    #[on("orders.{id}.placed")]
    async fn placed(&self, id: u64) {
        self.pace.work().await;
        self.seen.add(id);
    }
}

impl Billing {
    pub(crate) fn new(seen: Seen, pace: Pace) -> Self {
        Self { seen, pace }
    }
}

pub(crate) async fn jetstream_server() -> Server {
    Server::builder().jetstream().start().await.unwrap()
}

pub(crate) fn orders() -> StreamConfig {
    StreamConfig::new("ORDERS").subjects(["orders.>"])
}

/// An application without anything in it, for this server.
pub(crate) fn app(server: &Server) -> App {
    App::new("shop", "1.2.0").connect(server.url())
}

/// Starts an application and waits until it is ready.
pub(crate) async fn started(app: App) -> Running {
    let running = app.start().await.unwrap();
    if let Err(status) = running.ready(PATIENCE).await {
        panic!("not ready: {status}");
    }
    running
}
