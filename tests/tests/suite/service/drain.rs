//! Stopping without losing a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nats_actors::ErrorKind;
use nats_actors::service::ServiceOptions;
use nats_actors_tests::eventually;

use super::demo::Probe;
use super::kit::{PATIENCE, ask, code, connect, serve, stage, within};

const ROLLS: usize = 20;
const CALLERS: usize = 1000;

/// Pain 32: two instances roll under load, and nobody notices.
// spec: A32-11, MIC-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rolling_loses_no_request() {
    let stage = stage().await;
    let is_over = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (client, is_over) = (stage.client.clone(), Arc::clone(&is_over));
            let answered = Arc::clone(&answered);
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let reply = ask(&client, "demo.v1.echo", "roll").await;
                    assert_eq!((code(&reply), reply.payload()), (0, &b"roll"[..]));
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let mut present = stage.running;
    for _ in 0..ROLLS {
        let before = answered.load(Ordering::Relaxed);
        let next = serve(&connect(&stage.server).await, &stage.probe, ServiceOptions::new()).await;
        eventually(PATIENCE, "both have work", || {
            answered.load(Ordering::Relaxed) > before + CALLERS
        })
        .await;
        let report = std::mem::replace(&mut present, next).drain(PATIENCE).await;
        assert!(report.is_clean(), "{report:?}");
    }
    is_over.store(true, Ordering::Relaxed);
    for caller in within(PATIENCE, join_all(callers)).await {
        caller.unwrap();
    }
    assert_eq!(stage.probe.calls(), answered.load(Ordering::Relaxed), "one answer to each");
}

// spec: A32-11
#[tokio::test]
async fn a_drain_answers_everything_that_was_sent() {
    let stage = stage().await;
    let asked = stage.ask_gated(500);
    eventually(PATIENCE, "four run", || stage.probe.running() == 4).await;
    ask(&stage.client, "demo.v1.echo", "").await;
    let handle = stage.running.handle();
    let drain = tokio::spawn(stage.running.drain(PATIENCE));
    let client = stage.client.clone();
    eventually_undiscovered(&client).await;
    stage.probe.gate.add_permits(1);

    let report = within(PATIENCE, drain).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.answered, report.refused), (500, 0));
    for reply in join_all(asked).await {
        assert_eq!(code(&reply.unwrap()), 0);
    }
    let nobody = stage.client.request("demo.v1.gated", "").await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NoResponders);
    assert_eq!(handle.stats().endpoints.iter().map(|one| one.num_requests).sum::<u64>(), 501);
}

/// The monitor goes first: a service that drains is not found, while its handlers still run.
async fn eventually_undiscovered(client: &nats_actors::Client) {
    let found = async || client.request("$SRV.PING.demo", "").await.is_ok();
    nats_actors_tests::eventually_async(PATIENCE, "it is not found", async || !found().await).await;
}

#[tokio::test]
async fn a_drain_ends_by_its_deadline() {
    let stage = stage().await;
    let asked = stage.ask_gated(50);
    eventually(PATIENCE, "four run", || stage.probe.running() == 4).await;
    ask(&stage.client, "demo.v1.echo", "").await;

    let begun = Instant::now();
    let report = stage.running.drain(Duration::from_millis(400)).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(!report.is_clean() && report.is_flushed, "{report:?}");
    assert_eq!(report.refused, 50);
    for reply in within(PATIENCE, join_all(asked)).await {
        assert_eq!(code(&reply.unwrap()), 503);
    }
}

#[tokio::test]
async fn dropping_a_service_drains_it() {
    let stage = stage().await;
    let asked = tokio::spawn({
        let client = stage.client.clone();
        async move { ask(&client, "demo.v1.gated", "kept").await }
    });
    eventually(PATIENCE, "it runs", || stage.probe.running() == 1).await;
    drop(stage.running);
    eventually_undiscovered(&stage.client).await;
    stage.probe.gate.add_permits(1);
    assert_eq!(within(PATIENCE, asked).await.unwrap().payload(), b"kept");
}

// spec: A32-11, MIC-26
#[tokio::test]
async fn services_on_one_connection_stop_alone() {
    let stage = stage().await;
    let client = connect(&stage.server).await;
    let (one, two) = (Probe::default(), Probe::default());
    let first = serve(&client, &one, ServiceOptions::new()).await;
    let second = serve(&client, &two, ServiceOptions::new()).await;
    drop(stage.running.drain(PATIENCE).await);
    assert!(first.drain(PATIENCE).await.is_clean());
    for _ in 0..20 {
        ask(&stage.client, "demo.v1.echo", "").await;
    }
    assert_eq!((one.calls(), two.calls()), (0, 20));
    assert!(client.state().is_connected(), "the connection is not the service's");
    assert!(second.drain(PATIENCE).await.is_clean());
    assert_eq!(client.statistics().subscriptions, 0);
}
