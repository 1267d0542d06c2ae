//! The time that a request has.

use std::time::{Duration, Instant};

use nats_actors_tests::eventually;

use super::demo::DemoClient;
use super::kit::{PATIENCE, ask, code, stage, within};

// spec: MIC-30
#[tokio::test]
async fn a_handler_is_dropped_at_the_timeout_of_its_endpoint() {
    let stage = stage().await;
    let begun = Instant::now();
    let reply = ask(&stage.client, "demo.v1.forever", "").await;

    assert_eq!(code(&reply), 504);
    assert!(begun.elapsed() >= Duration::from_millis(100), "{:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!((stage.probe.running(), stage.probe.calls()), (0, 1));
}

#[tokio::test]
async fn the_caller_decides_how_long_it_waits() {
    let stage = stage().await;
    let demo = DemoClient::new(&stage.client);
    let left = demo.milliseconds_left().timeout(Duration::from_secs(90)).await.unwrap();
    assert!((60_000..=90_000).contains(&left), "{left}");
    let usual = demo.milliseconds_left().await.unwrap();
    assert!((1..=5000).contains(&usual), "{usual}");

    // The endpoint would wait for a minute.
    let gated = stage.client.request("demo.v1.gated", "").timeout(PATIENCE);
    let reply = within(PATIENCE, gated.header("Nats-Actors-Timeout-Ms", "50").into_future());
    assert_eq!(code(&reply.await.unwrap()), 504);
}

#[tokio::test]
async fn a_request_that_waited_too_long_is_not_begun() {
    let stage = stage().await;
    let ask_gated = |milliseconds: &'static str| {
        let client = stage.client.clone();
        tokio::spawn(async move {
            let request = client.request("demo.v1.gated", "").timeout(PATIENCE);
            request.header("Nats-Actors-Timeout-Ms", milliseconds).await.unwrap()
        })
    };
    let first: Vec<_> = (0..4).map(|_| ask_gated("300")).collect();
    eventually(PATIENCE, "four run", || stage.probe.running() == 4).await;
    let queued = ask_gated("1");

    assert_eq!(code(&within(PATIENCE, queued).await.unwrap()), 504);
    assert_eq!(stage.probe.calls(), 4, "the handler ran for nobody");
    for reply in first {
        assert_eq!(code(&reply.await.unwrap()), 504);
    }
}
