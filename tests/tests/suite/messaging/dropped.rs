//! What is dropped is gone.

use nats_actors_tests::{eventually, eventually_async};

use super::kit::{PATIENCE, next, server_and_client, subscriptions_at};

// spec: G-05, SUB-08
#[tokio::test]
async fn dropped_subscriptions_are_gone_at_the_server() {
    let (server, client) = server_and_client().await;
    let mut live = Vec::new();
    for n in 0..100 {
        live.push(client.subscribe(format!("s.{n}")).await.unwrap());
    }
    let subsz = async || {
        let subsz = server.monitor("/subsz?subs=1&acc=$G&limit=1000").await.unwrap();
        let list = subsz["subscriptions_list"].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter(|sub| sub["subject"].as_str().is_some_and(|s| s.starts_with("s.")))
            .count()
    };
    assert_eq!(subsz().await, 100);
    drop(live);
    eventually_async(PATIENCE, "the server forgets all", async || subsz().await == 0).await;
}

/// Subscriptions may be dropped by threads that know no runtime, also when there is none any more.
// spec: SUB-08
#[test]
fn regression_17_a_subscription_may_be_dropped_outside_of_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, client, one, two) = runtime.block_on(async {
        let (server, client) = server_and_client().await;
        let one = client.subscribe("a").await.unwrap();
        let two = client.subscribe("a").for_each(1, async |_| {}).await.unwrap();
        (server, client, one, two)
    });
    std::thread::spawn(move || drop(one)).join().unwrap();
    runtime.block_on(async {
        eventually(PATIENCE, "it is gone", || client.statistics().subscriptions == 1).await;
        client.flush().await.unwrap();
        assert_eq!(subscriptions_at(&server).await, 1);
    });
    let three = runtime.block_on(async { client.subscribe("a").await.unwrap() });
    drop(runtime);
    drop((two, three, client));
}

/// Each await of the API, dropped at each of its polls, loses nothing and leaves nothing.
#[tokio::test]
async fn regression_17_every_await_can_be_dropped_at_every_poll() {
    let (server, client) = server_and_client().await;
    let mut all = client.subscribe("n").await.unwrap();
    for polls in 0..8 {
        polled(polls, client.subscribe("other").into_future()).await;
        polled(polls, client.request("other", "").timeout(PATIENCE).into_future()).await;
        polled(polls, client.request("o", "").inbox_per_request().into_future()).await;
        polled(polls, client.request_many("other", "").into_future()).await;
        polled(polls, client.flush().into_future()).await;
        polled(polls, all.next()).await;
        polled(polls, all.next_within(PATIENCE)).await;
        client.publish("n", [polls as u8].as_slice()).await.unwrap();
        assert_eq!(next(&mut all).await.payload(), [polls as u8]);
    }
    eventually(PATIENCE, "nothing is left", || client.statistics().requests_waiting == 0).await;
    client.flush().await.unwrap();
    let only_replies = client.statistics().subscriptions;
    assert!(only_replies <= 2, "{only_replies}");
    assert_eq!(subscriptions_at(&server).await, only_replies);
}

/// Polls a future so often, then drops it.
async fn polled<F: Future>(times: usize, future: F) {
    let mut future = std::pin::pin!(future);
    for _ in 0..times {
        if futures_util::poll!(&mut future).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}
