//! Handlers that fail, and endpoints that crash.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nats_actors::supervisor::SlotState;
use nats_actors_tests::eventually;

use super::demo::CounterClient;
use super::kit::{PATIENCE, ask, code, error_text, header, stage, stage_with, within};
use nats_actors::service::{self, ServiceOptions};

// spec: A32-14, MIC-24, ERR-33
#[tokio::test]
async fn a_panic_is_an_error_at_once_and_touches_nobody() {
    let stage = stage().await;
    for when in ["\"now\"", "\"await\""] {
        let neighbour = tokio::spawn({
            let client = stage.client.clone();
            async move { ask(&client, "demo.v1.forever", "").await }
        });
        let begun = Instant::now();
        let reply = ask(&stage.client, "demo.v1.panics", when).await;
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert_eq!(code(&reply), 500);
        assert!(!error_text(&reply).contains("told to panic"), "{}", error_text(&reply));
        assert_eq!(ask(&stage.client, "demo.v1.echo", "next").await.payload(), b"next");
        assert_eq!(code(&neighbour.await.unwrap()), 504, "the neighbour has its whole time");
    }
    let stats = stage.running.endpoint("panics").unwrap().stats().unwrap();
    assert_eq!((stats.num_requests, stats.num_errors), (2, 2));
    assert!(stats.last_error.starts_with("500:internal error"), "{}", stats.last_error);
    assert_eq!(epoch(&stage.running, "panics"), 1, "a panic is no crash");
}

/// e12: line breaks in an error text.
// spec: A32-09
#[tokio::test]
async fn an_error_text_cannot_break_out_of_its_header() {
    let stage = stage().await;
    let reply = ask(&stage.client, "demo.v1.two_lines", "").await;

    assert_eq!(code(&reply), 422);
    assert_eq!(error_text(&reply), "line one line two  Nats-Injected: 1");
    assert_eq!(header(&reply, "Nats-Injected"), None);
    assert_eq!(ask(&stage.client, "demo.v1.echo", "on").await.payload(), b"on");
}

#[tokio::test]
async fn a_panic_while_a_handler_is_dropped_is_contained() {
    let stage = stage().await;
    assert_eq!(code(&ask(&stage.client, "demo.v1.bomb", "").await), 504);
    assert_eq!(code(&ask(&stage.client, "demo.v1.bomb", "").await), 504);
    assert_eq!(epoch(&stage.running, "bomb"), 1);
}

/// A crash of an endpoint: whoever waits is told, nobody waits for a timeout.
#[tokio::test]
async fn a_crashed_endpoint_answers_what_it_had() {
    let stage = stage_with(ServiceOptions::new().retry_after(Duration::from_millis(70))).await;
    let asked = (0..100).map(|_| {
        let client = stage.client.clone();
        tokio::spawn(async move { ask(&client, "demo.v1.gated", "x").await })
    });
    let asked: Vec<_> = asked.collect();
    let gated = stage.running.endpoint("gated").unwrap();
    eventually(PATIENCE, "four run", || stage.probe.running() == 4).await;
    // The others are in the backlog when a later request of the same connection has been answered.
    ask(&stage.client, "demo.v1.echo", "").await;

    let begun = Instant::now();
    gated.restart();
    for reply in within(PATIENCE, join_all(asked)).await {
        let reply = reply.unwrap();
        assert_eq!(code(&reply), 503);
        assert_eq!(header(&reply, "Retry-After-Ms").as_deref(), Some("70"));
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!((stage.probe.running(), stage.probe.most()), (0, 4));

    eventually(PATIENCE, "the next life", || gated.state() == Some(SlotState::Up { epoch: 2 }))
        .await;
    stage.probe.gate.add_permits(1);
    assert_eq!(ask(&stage.client, "demo.v1.gated", "again").await.payload(), b"again");
    assert_eq!(epoch(&stage.running, "echo"), 1, "the other endpoints go on");
    assert_eq!(gated.stats().unwrap().num_errors, 100);
}

#[tokio::test]
async fn a_struct_that_was_half_changed_is_built_again() {
    let stage = stage().await;
    let (probe, _running) = stage.count().await;
    let counter = CounterClient::new(&stage.client);

    assert_eq!(counter.next().await.unwrap(), 1);
    assert_eq!(code(&ask(&stage.client, "counter.too_slow", "").await), 504);
    assert_eq!(counter.now().await.unwrap(), 101, "a handler that is dropped at an await keeps it");
    assert_eq!(code(&ask(&stage.client, "counter.breaks", "").await), 500);
    assert_eq!(counter.now().await.unwrap(), 0, "one that panicked does not");
    assert_eq!(probe.built.load(std::sync::atomic::Ordering::SeqCst), 2);
}

fn epoch(running: &service::RunningService, endpoint: &str) -> u64 {
    match running.endpoint(endpoint).unwrap().state() {
        Some(SlotState::Up { epoch }) => epoch,
        other => panic!("{other:?}"),
    }
}
