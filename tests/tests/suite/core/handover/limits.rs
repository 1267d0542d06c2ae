//! Moves between servers that do not take the same.

use std::time::Duration;

use nats_actors::testing::ScriptedServer;
use nats_actors::{ErrorKind, Event, LossPolicy};
use nats_actors_tests::eventually_async;

use super::kit::{connected, holding, introduced_with, moved, moving};
use crate::core::kit::{PATIENCE, within};

const OVERLAP: Duration = Duration::from_millis(200);

/// What is accepted during the hold goes to the new server, which must be able to take it.
// spec: W-10, W-11, A05-02
#[tokio::test]
async fn what_waits_for_the_new_server_fits_there() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let (client, mut events, mut left, mut joined) =
        holding(&old, &new, moving(OVERLAP), "\"headers\":true,\"max_payload\":100").await;
    let error = client.publish("x", vec![b'x'; 101]).await.unwrap_err();
    assert_eq!((error.kind(), client.max_payload()), (ErrorKind::PayloadTooLarge, Some(1_048_576)));
    client.publish("x", vec![b'x'; 100]).await.unwrap();
    left.send("PONG\r\n").await.unwrap();
    assert_eq!(joined.line().await.unwrap(), "PUB x 100");
    joined.payload(100).await.unwrap();
    moved(&mut events).await;

    assert_eq!(client.max_payload(), Some(100));
}

/// A new server that fails takes its limits with it.
// spec: W-11, A05-02
#[tokio::test]
async fn the_limits_of_a_server_that_failed_are_forgotten() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let (client, _events, mut left, joined) =
        holding(&old, &new, moving(OVERLAP), "\"headers\":false,\"max_payload\":100").await;
    let error = client.publish("x", "1").header("A", "b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HeadersUnsupported);
    joined.reset();
    let publish = || client.publish("x", vec![b'x'; 101]).header("A", "b");
    eventually_async(PATIENCE, "the old limits are back", async || publish().await.is_ok()).await;
    left.send("PONG\r\n").await.unwrap();
    assert!(left.line().await.unwrap().starts_with("HPUB x "));
}

/// The old server dies in the middle: what is sent again must fit where it goes.
// spec: W-11, A05-02
#[tokio::test]
async fn what_the_server_that_takes_over_would_refuse_is_not_sent() {
    let (old, new) = (ScriptedServer::start().unwrap(), ScriptedServer::start().unwrap());
    let urls = format!("{},{}", old.url(), new.url());
    let options = moving(OVERLAP).loss_policy(LossPolicy::Resend);
    let (client, mut left) = connected(&old, &urls, options).await;
    let mut events = client.events();
    left.send_info("\"ldm\":true").await.unwrap();
    let mut joined = introduced_with(&new, "NEW", "\"headers\":true,\"max_payload\":100").await;
    joined.expect("PING").await.unwrap();
    for (subject, size) in [("x", 101), ("y", 100)] {
        client.publish(subject, vec![b'x'; size]).await.unwrap();
        left.expect("PUB").await.unwrap();
        left.payload(size).await.unwrap();
    }
    left.reset();

    assert_eq!(joined.line().await.unwrap(), "PUB y 100");
    let loss = within(PATIENCE, async {
        loop {
            if let Some(Event::PublishLoss(loss)) = events.next().await {
                return loss;
            }
        }
    })
    .await;
    assert_eq!((loss.count, loss.first_subject.as_str()), (1, "x"));
}
