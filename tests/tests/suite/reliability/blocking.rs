//! Subscriptions that stop the connection until there is room.

use std::future::pending;
use std::time::Duration;

use nats_actors::testing::Server;
use nats_actors::{Client, Overflow, PendingLimits, Subscription};
use nats_actors_tests::eventually;

use crate::core::kit::{PATIENCE, connect, next, options, server_and_client, within};

const FOREVER: Duration = Duration::from_secs(60);

/// Publishes numbers to `flood` until it is aborted.
fn flood(publisher: Client) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut number = 0_u64;
        while publisher.publish("flood", number.to_string()).await.is_ok() {
            number += 1;
        }
    })
}

async fn patient(client: &Client) -> Subscription {
    let subscribe = client.subscribe("flood").limits(PendingLimits::new(64, 1 << 20));
    subscribe.overflow(Overflow::Block(FOREVER)).await.unwrap()
}

fn number(message: &nats_actors::Message) -> u64 {
    str::from_utf8(message.payload()).unwrap().parse().unwrap()
}

/// e3, for the policy that waits: a batch that has no room yet stands before the fence of the drain, and nobody but who
/// drains could make room.
// spec: G-01, SUB-09, SUB-16
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_loses_nothing_that_waits_for_room() {
    let server = Server::start().await.unwrap();
    let flooding = flood(connect(&server).await);
    for _ in 0..5 {
        let client = connect(&server).await;
        let mut sub = patient(&client).await;
        let mut received = 0_u64;
        let mut last = None;
        while received < 2_000 {
            last = Some(number(&next(&mut sub).await));
            received += 1;
        }
        within(PATIENCE / 4, sub.drain()).await.unwrap();
        while let Some(message) = within(PATIENCE, sub.next()).await {
            assert_eq!(Some(number(&message) - 1), last, "out of order");
            last = Some(number(&message));
            received += 1;
        }
        let connz = server.connz().await.unwrap();
        let id = client.server_info().client_id;
        let connections = connz["connections"].as_array().unwrap();
        let own = connections.iter().find(|connection| connection["cid"] == id).unwrap();
        assert_eq!((own["out_msgs"].as_u64(), sub.dropped()), (Some(received), 0));
    }
    flooding.abort();
}

/// The PONG that tells that the server knows of a subscription stands behind messages for which there is no room, and
/// nobody can take them yet.
// spec: SUB-16
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribing_does_not_wait_behind_its_own_messages() {
    let server = Server::start().await.unwrap();
    let flooding = flood(connect(&server).await);
    let client = options().request_timeout(PATIENCE * 2).connect(server.url()).await.unwrap();
    for _ in 0..200 {
        let subscribe = client.subscribe("flood").limits(PendingLimits::new(1, 1 << 20));
        let subscribe = subscribe.overflow(Overflow::Block(FOREVER)).into_future();
        let mut sub = within(PATIENCE, subscribe).await.unwrap();
        next(&mut sub).await;
    }
    for _ in 0..20 {
        let subscribe = client.subscribe("flood").limits(PendingLimits::new(1, 1 << 20));
        let subscribe = subscribe.overflow(Overflow::Block(FOREVER)).for_each(1, |_| pending());
        let _busy = within(PATIENCE, subscribe.into_future()).await.unwrap();
    }
    flooding.abort();
}

/// A reader that waits for a subscription does not hear the peer, which therefore is not dead.
// spec: A40-13, SUB-16
#[tokio::test]
async fn waiting_for_room_is_not_a_dead_peer() {
    let server = Server::start().await.unwrap();
    let client = options()
        .ping_interval(Duration::from_millis(100))
        .max_pings_out(1)
        .connect(server.url())
        .await
        .unwrap();
    let mut sub = patient(&client).await;
    let publisher = connect(&server).await;
    for number in 0..200_u64 {
        publisher.publish("flood", number.to_string()).await.unwrap();
    }
    publisher.flush().await.unwrap();
    let full = || sub.pending() >= 64;
    eventually(PATIENCE, "the queue is full", full).await;
    // Time has to pass: several times as long as a silent peer would be given.
    tokio::time::sleep(Duration::from_secs(1)).await;

    for expected in 0..200 {
        assert_eq!(number(&next(&mut sub).await), expected);
    }
    assert_eq!(client.statistics().reconnects, 0);
}

/// What waits for room when the connection is lost was received, and is delivered or counted.
// spec: SUB-13, SUB-16
#[tokio::test]
async fn a_lost_connection_counts_what_waited_for_room() {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    let mut sub = patient(&client).await;
    let publisher = connect(&server).await;
    for number in 0..200_u64 {
        publisher.publish("flood", number.to_string()).await.unwrap();
    }
    publisher.flush().await.unwrap();
    // In one read or in several: once more came than has room, nothing more is read.
    let more = || client.statistics().in_messages > 64;
    eventually(PATIENCE, "more has arrived than has room", more).await;
    let came = client.statistics().in_messages;
    server.kill().unwrap();
    client.force_reconnect();
    let counted = || sub.pending() as u64 + sub.dropped() == came;
    eventually(PATIENCE, "what has no room is counted", counted).await;
    server.restart().await.unwrap();

    for expected in 0..sub.pending() as u64 {
        assert_eq!(number(&next(&mut sub).await), expected);
    }
    assert!(sub.dropped() > 0);
}

/// Room for one message is room: it is told as soon as that message is used up.
// spec: SUB-16
#[tokio::test]
async fn room_for_one_message_is_enough() {
    let (_server, client) = server_and_client().await;
    let subscribe = client.subscribe("flood").limits(PendingLimits::new(1, 1));
    let mut sub = subscribe.overflow(Overflow::Block(FOREVER)).await.unwrap();
    for number in 0..100_u64 {
        client.publish("flood", number.to_string()).await.unwrap();
    }
    for expected in 0..100 {
        assert_eq!(number(&next(&mut sub).await), expected);
    }
    assert_eq!(sub.dropped(), 0);
}
