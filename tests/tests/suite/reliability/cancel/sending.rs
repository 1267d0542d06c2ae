//! Publishes, requests and flushes.

use std::time::Duration;

use futures_util::SinkExt;
use nats_actors::{ErrorKind, Unsent};
use nats_actors_tests::{Progress, drop_after, drop_at_each_poll, echo};

use super::stage::{NETWORKS, Network, STUCK, Stage};
use crate::core::kit::{PATIENCE, next, options};

/// A publish that was dropped before it ended has published nothing; one that ended has published once.
// spec: PUB-13, A07-06
#[tokio::test]
async fn publish_dropped_while_it_waits_for_room() {
    let mut stage = Stage::with(options().outbox_bytes(8 * 1024)).await;
    let mut received = stage.other.subscribe("room").await.unwrap();
    stage.remember();
    for network in [Network::Stalled, Network::Down] {
        stage.network(network).await;
        let mut accepted = 0;
        while stage.client.try_publish("room", vec![0; 512]).is_ok() {
            accepted += 1;
        }
        let attempt = async |polls| {
            let publish = stage.client.publish("room", vec![0; 512]).deadline(PATIENCE);
            drop_after(polls, STUCK, publish.into_future()).await
        };
        let (dropped, published) = drop_at_each_poll(attempt).await;
        assert!(dropped > 0 && published.is_none(), "{network:?}: {dropped} {published:?}");

        stage.recover("publish").await;
        stage.client.publish("room", "the end").await.unwrap();
        for _ in 0..accepted {
            assert_eq!(next(&mut received).await.payload().len(), 512);
        }
        assert_eq!(next(&mut received).await.payload(), b"the end");
    }
}

/// A request that was dropped is forgotten, whoever does not answer it.
// spec: R-03, REQ-11
#[tokio::test]
async fn request_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let serve = stage.other.subscribe("echo");
    let _service = serve.for_each(1, echo(&stage.other)).await.unwrap();
    let _silent = stage.other.subscribe("silent").await.unwrap();
    stage.remember();
    for network in NETWORKS {
        for subject in ["echo", "silent", "nobody.listens"] {
            stage.network(network).await;
            let attempt = async |polls| {
                let request = stage.client.request(subject, "x").timeout(PATIENCE);
                drop_after(polls, STUCK, request.into_future()).await
            };
            let (_, ended) = drop_at_each_poll(attempt).await;
            let answered = ended.map(|result| result.map_err(|error| error.kind()));
            match (network, subject) {
                (Network::Up, "echo") => assert_eq!(answered.unwrap().unwrap().payload(), b"x"),
                (Network::Up, "nobody.listens") => {
                    assert_eq!(answered.unwrap().unwrap_err(), ErrorKind::NoResponders);
                }
                _ => assert!(answered.is_none(), "{network:?} {subject}: {answered:?}"),
            }
            stage.recover("request").await;
        }
    }
}

/// So is a request to many, while it is sent and while its replies come.
// spec: A47-06, REQ-11
#[tokio::test]
async fn request_many_dropped_at_each_poll() {
    let stage = Stage::new().await;
    for network in NETWORKS {
        stage.network(network).await;
        let attempt = async |polls| {
            let asking = async {
                let ask = stage.client.request_many("many", "x").timeout(Duration::from_secs(5));
                let mut responses = ask.await?;
                Ok::<_, nats_actors::Error>(responses.next().await)
            };
            drop_after(polls, STUCK, asking).await
        };
        drop_at_each_poll(attempt).await;
        stage.recover("request_many").await;
    }
}

/// A flush that was dropped takes no PONG from the next one.
// spec: W-18, CON-54, CON-55
#[tokio::test]
async fn flush_and_rtt_dropped_at_each_poll() {
    let stage = Stage::new().await;
    for network in NETWORKS {
        stage.network(network).await;
        let flushes =
            async |polls| drop_after(polls, STUCK, stage.client.flush().into_future()).await;
        let (_, flushed) = drop_at_each_poll(flushes).await;
        let measures = async |polls| drop_after(polls, STUCK, stage.client.rtt()).await;
        let (_, measured) = drop_at_each_poll(measures).await;
        let up = network == Network::Up;
        assert_eq!((flushed.is_some(), measured.is_some()), (up, up), "{network:?}");
        stage.recover("flush").await;
    }
    stage.network(Network::Stalled).await;
    let begun = drop_after(1, STUCK, stage.client.flush().into_future()).await;
    assert!(matches!(begun, Progress::Dropped));
    let late = stage.client.flush().timeout(STUCK).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::TimedOut);
    stage.recover("flush").await;
}

/// A publish that is not waited for any more leaves nobody who waits for its confirmation.
// spec: PUB-13
#[tokio::test]
async fn a_confirmed_publish_dropped_at_each_poll() {
    let stage = Stage::new().await;
    let publish = async || stage.client.publish("a", "x").deadline(PATIENCE).confirmed().await;
    stage.leaves_nothing(&NETWORKS, "confirmed", publish).await;
}

/// A sink is whole when a send, a flush or a close into it was dropped.
// spec: PUB-12
#[tokio::test]
async fn a_sink_dropped_at_each_poll() {
    let stage = Stage::with(options().outbox_bytes(1024)).await;
    let mut sink = stage.client.sink();
    let message = || Unsent::new("sunk", vec![0; 700]);
    stage.leaves_nothing(&NETWORKS, "send", async || sink.send(message()).await).await;
    stage.leaves_nothing(&NETWORKS, "flush", async || sink.flush().await).await;
    stage.leaves_nothing(&NETWORKS, "close", async || sink.close().await).await;

    let mut received = stage.other.subscribe("sunk").await.unwrap();
    stage.other.flush().await.unwrap();
    sink.send(Unsent::new("sunk", "the last one")).await.unwrap();
    assert_eq!(next(&mut received).await.payload(), b"the last one");
}
