//! Peers that stop.

use std::time::{Duration, Instant};

use nats_actors::testing::{Direction, Proxy, Server};
use nats_actors::{Client, ErrorKind, Event};
use nats_actors_tests::eventually_async;

use super::kit::{PATIENCE, options, server_and_client, within};

/// e4b, e11b: a flush to a peer that does not answer is an error, never `Ok`.
#[tokio::test]
async fn a_flush_without_an_answer_times_out() {
    let (server, client) = server_and_client().await;
    server.pause().unwrap();
    for _ in 0..10 {
        client.publish("a", "x").await.unwrap();
    }
    let error = client.flush().timeout(Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "timed out: 10 publishes are unconfirmed");
    server.resume().unwrap();
    client.flush().await.unwrap();
}

/// e4b: a peer that takes the bytes and never answers, then goes.
#[tokio::test]
async fn a_flush_that_loses_its_connection_says_how_much_is_unconfirmed() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = Client::connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    proxy.stall(Direction::ToClient);
    for _ in 0..10 {
        client.publish("a", "x").await.unwrap();
    }
    let flushing = tokio::spawn({
        let client = client.clone();
        async move { client.flush().timeout(PATIENCE).await }
    });
    let taken = async || server.varz().await.unwrap()["in_msgs"] == 10;
    eventually_async(PATIENCE, "the server has taken it all", taken).await;
    proxy.cut();
    let error = within(PATIENCE, flushing).await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert_eq!(error.to_string(), "the connection was lost: 10 publishes are unconfirmed");
    let loss = within(PATIENCE, async {
        loop {
            if let Some(Event::PublishLoss(loss)) = events.next().await {
                return loss;
            }
        }
    });
    let loss = loss.await;
    assert_eq!((loss.count, loss.first, loss.last, loss.first_subject.as_str()), (10, 1, 10, "a"));
}

/// e22: a frozen server is noticed, also while publishing.
#[tokio::test]
async fn a_frozen_server_is_noticed() {
    let server = Server::start().await.unwrap();
    let fast = options().ping_interval(Duration::from_millis(200)).max_pings_out(2);
    let client = fast.connect(server.url()).await.unwrap();
    server.pause().unwrap();
    let begin = Instant::now();
    within(PATIENCE, async {
        while client.state().is_connected() {
            let _ = client.try_publish("a", "x");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    server.resume().unwrap();
}
