//! Peers that stop.

use std::time::{Duration, Instant};

use nats_actors::testing::Direction;
use nats_actors::{Client, ErrorKind, Event};
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{PATIENCE, options, within};
use super::over::{Over, over_each_transport};

// spec: W-25, TRN-04
over_each_transport! {
    "current_thread":
        a_flush_without_an_answer_times_out,
        a_flush_that_loses_its_connection_says_how_much_is_unconfirmed,
        a_frozen_server_is_noticed;
}

/// e4b, e11b: a flush to a peer that does not answer is an error, never `Ok`.
async fn a_flush_without_an_answer_times_out(over: Over) {
    let (server, client) = over.server_and_client().await;
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
async fn a_flush_that_loses_its_connection_says_how_much_is_unconfirmed(over: Over) {
    let server = over.server().await;
    let (proxy, url) = over.proxy(&server).await;
    let client = Client::connect(&url).await.unwrap();
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
async fn a_frozen_server_is_noticed(over: Over) {
    let server = over.server().await;
    let fast = options().ping_interval(Duration::from_millis(200)).max_pings_out(2);
    let client = fast.connect(over.url(&server)).await.unwrap();
    server.pause().unwrap();
    let begin = Instant::now();
    let noticed = || {
        let _ = client.try_publish("a", "x");
        !client.state().is_connected()
    };
    eventually(PATIENCE, "it is noticed", noticed).await;
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    server.resume().unwrap();
}
