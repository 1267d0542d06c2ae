//! When a request that nobody answers ends.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nats_actors::testing::Server;
use nats_actors::{Client, ErrorKind};

use super::kit::{PATIENCE, options, server_and_client, within};

/// Shorter and longer than what a request waits for without a timer of its own.
const TIMEOUTS: [u64; 6] = [1, 20, 150, 200, 300, 700];

/// How long a request with this timeout took to fail.
async fn unanswered(client: &Client, timeout: Duration) -> Duration {
    let begin = Instant::now();
    let error = client.request("silent", "").timeout(timeout).await.unwrap_err();
    assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::TimedOut, true), "{timeout:?}");
    begin.elapsed()
}

// spec: REQ-06
#[tokio::test]
async fn no_request_ends_before_its_timeout_and_each_ends() {
    let (_server, client) = server_and_client().await;
    let _silent = client.subscribe("silent").await.unwrap();
    for _ in 0..3 {
        let all = TIMEOUTS.map(Duration::from_millis).map(|timeout| {
            let client = client.clone();
            async move {
                // On its own, so that nothing but its own timer wakes it.
                let ended = tokio::spawn(async move { unanswered(&client, timeout).await });
                (timeout, ended.await.unwrap())
            }
        });
        for (timeout, took) in within(PATIENCE, join_all(all)).await {
            assert!(took >= timeout, "{took:?} instead of {timeout:?}");
        }
    }
    assert_eq!(client.statistics().requests_waiting, 0);
}

/// The tasks of a client live on the runtime that connected it; requests may come from any other, and outlive it.
#[test]
fn a_request_ends_although_the_runtime_of_its_client_is_gone() {
    let home = tokio::runtime::Runtime::new().unwrap();
    let (server, client) = home.block_on(async {
        let server = Server::start().await.unwrap();
        let client = options().connect(server.url()).await.unwrap();
        (server, client)
    });
    let elsewhere = tokio::runtime::Runtime::new().unwrap();
    elsewhere.block_on(async {
        let silent = options().connect(server.url()).await.unwrap();
        let mut silent = silent.subscribe("silent").await.unwrap();
        let ask = || {
            let client = client.clone();
            let timeout = Duration::from_millis(500);
            tokio::spawn(async move { client.request("silent", "").timeout(timeout).await })
        };
        let before = ask();
        within(PATIENCE, silent.next()).await.unwrap();
        home.shutdown_background();
        within(PATIENCE, before).await.unwrap().unwrap_err();
        within(PATIENCE, ask()).await.unwrap().unwrap_err();
    });
}
