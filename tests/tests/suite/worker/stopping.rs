//! Workers that stop, and servers that die, lose nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nats_actors::worker::{self, RunningConsumer};
use nats_actors::{Client, consumer, handlers};
use nats_actors_tests::eventually;
use tokio::sync::Semaphore;

use super::kit::{PATIENCE, Probe, Stage, up};

#[consumer(
    stream = "ORDERS", durable = "shared", provision = create, max_in_flight = 256, drain_timeout = "5s",
    retry(max_attempts = 20, backoff = fixed("10ms"))
)]
struct Worker {
    probe: Probe,
    gate: Arc<Semaphore>,
    handled: u64,
}

#[handlers]
impl Worker {
    #[on("orders.>")]
    async fn any(&mut self, order: u64) {
        self.gate.acquire().await.unwrap().forget();
        self.handled += 1;
        self.probe.note(order);
    }
}

/// A worker that handles as many as it has permits for.
fn start(client: &Client, permits: usize) -> (Probe, Arc<Semaphore>, RunningConsumer) {
    let (probe, gate) = (Probe::default(), Arc::new(Semaphore::new(permits)));
    let handed = (probe.clone(), Arc::clone(&gate));
    let make = move || Worker { probe: handed.0.clone(), gate: Arc::clone(&handed.1), handled: 0 };
    (probe, gate, worker::consumer(client, make).start())
}

const MANY: usize = 1_000_000;

/// e18: one of 300 is taken, the rest is prefetched; after the stop others have it at once, not after the ack wait.
#[tokio::test]
async fn what_a_stopping_worker_holds_is_elsewhere_at_once() {
    let stage = Stage::start().await;
    stage.place(0..200, 1).await;
    let (first_probe, _gate, first) = start(&stage.client, 1);
    eventually(PATIENCE, "the first holds all", || first.statistics().in_flight == 199).await;
    assert_eq!(first_probe.len(), 1);
    let other = Client::connect(stage.server.url()).await.unwrap();
    let (second_probe, _gate, second) = start(&other, MANY);
    up(&second).await;

    let stopped = Instant::now();
    let stopping = tokio::spawn({
        let first = first.clone();
        async move { first.abort().await }
    });
    eventually(PATIENCE, "the second has all", || second_probe.len() >= 199).await;
    let waited = second_probe.last_at().unwrap() - stopped;

    assert!(waited < Duration::from_millis(250), "{waited:?}");
    stage.settled("shared", 200).await;
    let _ = stopping.await.unwrap();
}

#[tokio::test]
async fn a_drain_finishes_what_runs_gives_back_the_rest_and_says_so() {
    let stage = Stage::start().await;
    stage.place(0..100, 1).await;
    let (probe, gate, running) = start(&stage.client, 0);
    eventually(PATIENCE, "it holds all", || running.statistics().in_flight == 100).await;

    let draining = tokio::spawn({
        let running = running.clone();
        async move { running.drain().await }
    });
    let given_back = || running.statistics().given_back;
    eventually(PATIENCE, "what has not begun is given back", || given_back() == 99).await;
    gate.add_permits(MANY);
    let report = draining.await.unwrap();

    assert!(report.is_clean(), "{report:?}");
    let statistics = running.statistics();
    assert_eq!((statistics.in_flight, statistics.acked, probe.len()), (0, 1, 1));
    let (_, _, second) = start(&stage.client, MANY);
    stage.settled("shared", 100).await;
    assert_eq!(second.statistics().acked, 99, "acknowledged once each");
}

#[tokio::test]
async fn a_drain_ends_in_time_although_a_handler_does_not() {
    let stage = Stage::start().await;
    stage.place(0..10, 1).await;
    let (_, _gate, running) = start(&stage.client, 0);
    eventually(PATIENCE, "it holds all", || running.statistics().in_flight == 10).await;

    let began = Instant::now();
    let report = running.drain().await;

    assert!(!report.is_clean(), "handlers were cancelled: {report:?}");
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    let (probe, _, _second) = start(&stage.client, MANY);
    stage.settled("shared", 10).await;
    assert_eq!(probe.len(), 10);
}

#[consumer(stream = "ORDERS", durable = "sturdy", provision = create, ack_wait = "2s", max_in_flight = 64)]
struct Sturdy {
    probe: Probe,
}

#[handlers]
impl Sturdy {
    #[on("orders.>")]
    async fn any(&self, order: u64) {
        // Time has to pass: the server is killed while there is work.
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.probe.note(order);
    }
}

/// e11: the worker goes on by itself when the server is back.
#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_loses_nothing() {
    let stage = Stage::start().await;
    stage.place(0..1500, 3).await;
    let probe = Probe::default();
    let handed = probe.clone();
    let running = worker::consumer(&stage.client, move || Sturdy { probe: handed.clone() }).start();

    for least in [300, 700] {
        eventually(PATIENCE, "some are handled", || probe.len() >= least).await;
        stage.server.kill().unwrap();
        stage.server.restart().await.unwrap();
    }
    stage.settled("sturdy", 1500).await;

    let mut orders = probe.orders();
    orders.sort_unstable();
    orders.dedup();
    assert_eq!(orders.len(), 1500, "none is lost");
    assert!(running.drain().await.is_clean());
}
