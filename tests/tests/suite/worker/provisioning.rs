//! How the consumer on the server comes to be.

use std::time::Duration;

use nats_actors::jetstream::ConsumerConfig;
use nats_actors::supervisor::SlotState;
use nats_actors::worker::{self, ConsumerState, Provision, RunningConsumer};
use nats_actors::{consumer, handlers};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, Stage, up};

#[consumer(stream = "ORDERS", durable = "plain", max_in_flight = 500, retry(max_attempts = 8))]
struct Plain;

#[handlers]
impl Plain {
    #[on("orders.*.placed")]
    async fn placed(&self) {}

    #[on("orders.*.cancelled")]
    async fn cancelled(&self) {}
}

fn start(stage: &Stage, provision: Provision) -> RunningConsumer {
    worker::consumer(&stage.client, || Plain).configure(|spec| spec.provision(provision)).start()
}

/// Why it is parked.
async fn parked(running: &RunningConsumer) -> String {
    let is_parked = || matches!(running.state(), ConsumerState::Down(SlotState::Parked(_)));
    eventually(PATIENCE, "it parks", is_parked).await;
    running.last_error().unwrap().to_string()
}

async fn create(stage: &Stage, config: ConsumerConfig) {
    stage.js.stream("ORDERS").await.unwrap().create_consumer(config).await.unwrap();
}

#[tokio::test]
async fn what_is_created_leaves_attempts_and_delays_to_the_worker() {
    let stage = Stage::start().await;
    up(&start(&stage, Provision::Create)).await;

    let config = stage.consumer_info("plain").await.config;
    assert_eq!((config.max_deliver, config.backoff.len()), (None, 0));
    assert_eq!(config.max_ack_pending, Some(2000));
    assert_eq!(config.ack_wait, Some(Duration::from_secs(30)));
    let mut filters = config.filter_subjects;
    filters.sort();
    assert_eq!(filters, ["orders.*.cancelled", "orders.*.placed"]);
    up(&start(&stage, Provision::Verify)).await;
}

#[tokio::test]
async fn verifying_creates_nothing() {
    let stage = Stage::start().await;

    let why = parked(&start(&stage, Provision::Verify)).await;

    assert!(why.contains("durable_name: no such consumer (wanted: plain)"), "{why}");
}

#[tokio::test]
async fn every_drift_is_named_and_reconciling_ends_it() {
    let stage = Stage::start().await;
    let theirs = ConsumerConfig::durable("plain")
        .ack_wait(Duration::from_secs(5))
        .max_deliver(8)
        .filter_subjects(["orders.>"])
        .description("theirs");
    create(&stage, theirs).await;

    let why = parked(&start(&stage, Provision::Create)).await;
    for drift in [
        "ack_wait: 5s (wanted: 30s)",
        "max_deliver: 8 (wanted: unlimited, or more than 8 attempts)",
        "max_ack_pending: 1000 (wanted: at least 2000)",
        "filter_subjects: orders.> (wanted: orders.*.cancelled, orders.*.placed)",
    ] {
        assert!(why.contains(drift), "{drift}: {why}");
    }

    up(&start(&stage, Provision::Reconcile)).await;
    let config = stage.consumer_info("plain").await.config;
    assert_eq!((config.max_deliver, config.max_ack_pending), (None, Some(2000)));
    assert_eq!(config.description.as_deref(), Some("theirs"));
}

#[tokio::test]
async fn what_nobody_can_change_is_refused() {
    let stage = Stage::start().await;
    create(
        &stage,
        ConsumerConfig::durable("plain").ack_policy(nats_actors::jetstream::AckPolicy::None),
    )
    .await;

    let why = parked(&start(&stage, Provision::Reconcile)).await;

    assert!(why.contains("ack_policy: None (wanted: Explicit)"), "{why}");
}

#[tokio::test]
async fn a_dead_letter_that_would_be_consumed_again_is_refused() {
    let stage = Stage::start().await;
    let running = worker::consumer(&stage.client, || Plain)
        .configure(|spec| spec.provision(Provision::Create).dead_letter("orders.dead"))
        .start();

    let why = parked(&running).await;

    assert!(
        why.contains("dead_letter `orders.dead` is inside ORDERS's own subjects `orders.>`"),
        "{why}"
    );
}
