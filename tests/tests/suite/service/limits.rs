//! How many requests run and wait.

use std::time::Duration;

use futures_util::future::join_all;
use nats_actors::service::ServiceOptions;
use nats_actors_tests::eventually;

use super::demo::CounterClient;
use super::kit::{PATIENCE, ask, code, header, stage, stage_with, within};

// spec: A32-14, MIC-31
#[tokio::test]
async fn no_more_run_at_once_than_declared() {
    let stage = stage().await;
    let asked = stage.ask_gated(200);
    eventually(PATIENCE, "four run", || stage.probe.running() == 4).await;
    stage.probe.gate.add_permits(1);
    for reply in within(PATIENCE, join_all(asked)).await {
        assert_eq!(code(&reply.unwrap()), 0);
    }
    assert_eq!((stage.probe.most(), stage.probe.calls()), (4, 200));
}

#[tokio::test]
async fn the_limit_can_be_changed_while_requests_wait() {
    let stage = stage().await;
    let asked = stage.ask_gated(50);
    eventually(PATIENCE, "four run", || stage.probe.running() == 4).await;
    stage.running.endpoint("gated").unwrap().set_concurrency(9);
    eventually(PATIENCE, "nine run", || stage.probe.running() == 9).await;
    stage.probe.gate.add_permits(50);
    within(PATIENCE, join_all(asked)).await;
    assert_eq!(stage.probe.most(), 9);
}

#[tokio::test]
async fn a_service_that_changes_itself_does_one_thing_at_a_time() {
    let stage = stage().await;
    let (probe, _running) = stage.count().await;
    let counter = CounterClient::new(&stage.client);

    let calls = (0..300).map(|_| async { (counter.next().await.unwrap(), counter.now().await) });
    let mut numbers: Vec<u64> =
        within(PATIENCE, join_all(calls)).await.into_iter().map(|(number, _)| number).collect();
    numbers.sort_unstable();

    assert_eq!(numbers, (1..=300).collect::<Vec<u64>>());
    assert_eq!((probe.most(), counter.now().await.unwrap()), (1, 300));
}

#[tokio::test]
async fn what_is_too_much_is_refused_at_once() {
    let options = ServiceOptions::new().backlog(10, usize::MAX).retry_after(Duration::from_secs(3));
    let stage = stage_with(options).await;
    let asked = stage.ask_gated(100);
    let gated = stage.running.endpoint("gated").unwrap();
    eventually(PATIENCE, "86 are refused", || gated.stats().unwrap().num_errors == 86).await;
    assert_eq!(gated.stats().unwrap().last_error, "503:overloaded");
    stage.probe.gate.add_permits(1);

    let replies: Vec<_> =
        within(PATIENCE, join_all(asked)).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(replies.iter().filter(|reply| code(reply) == 0).count(), 14);
    let refused = replies.iter().find(|reply| code(reply) == 503).unwrap();
    assert_eq!(header(refused, "Retry-After-Ms").as_deref(), Some("3000"));
}

#[tokio::test]
async fn the_bytes_that_wait_are_bounded_too() {
    let stage = stage_with(ServiceOptions::new().backlog(1000, 100_000)).await;
    let payload = "x".repeat(50_000);
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let (client, payload) = (stage.client.clone(), payload.clone());
            tokio::spawn(async move { ask(&client, "demo.v1.gated", &payload).await })
        })
        .collect();
    let gated = stage.running.endpoint("gated").unwrap();
    // Four run, two are as much as may wait.
    eventually(PATIENCE, "14 are refused", || gated.stats().unwrap().num_errors == 14).await;
    stage.probe.gate.add_permits(1);
    within(PATIENCE, join_all(asked)).await;
    assert_eq!(gated.stats().unwrap().num_requests, 20);
}
