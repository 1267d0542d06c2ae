//! The orderly end of a client that is at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use nats_actors::testing::{Direction, Proxy, Server};
use nats_actors::{Client, CloseReason, ConnectionState, ErrorKind, Message};
use nats_actors_tests::eventually;
use tokio::sync::Notify;

use super::kit::{PATIENCE, quick, within};

/// 1A.4: a service that is slow, drained under work: every request that it got is answered.
// spec: G-02, CON-57, ERR-02, EVT-13
#[tokio::test]
async fn regression_04_a_drain_lets_handlers_publish_their_replies() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    proxy.delay(Direction::Both, Duration::from_millis(20));
    let requester = Client::connect(server.url()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let running = Arc::new(AtomicUsize::new(0));
    let (counter, publisher) = (Arc::clone(&running), client.clone());
    let handler = move |message: Message| {
        let (counter, publisher) = (Arc::clone(&counter), publisher.clone());
        async move {
            counter.fetch_add(1, Ordering::SeqCst);
            let mut state = publisher.watch_state();
            // None of them has ended when the drain begins.
            while !state.current().is_draining() {
                state.changed().await;
            }
            let reply = message.reply().unwrap().to_owned();
            publisher.publish(reply, "done").await.unwrap();
        }
    };
    let _service = client.subscribe("work").queue("q").for_each(8, handler).await.unwrap();
    let requests = (0..40).map(|_| requester.request("work", "").timeout(PATIENCE).into_future());
    let requests = futures_util::future::join_all(requests);
    let (replies, report) = tokio::join!(requests, async {
        eventually(PATIENCE, "it works", || running.load(Ordering::SeqCst) >= 8).await;
        client.drain().timeout(PATIENCE).await
    });

    assert_eq!((report.unconfirmed, report.untaken), (0, 0));
    assert!(
        replies.iter().all(|reply| reply.as_ref().is_ok_and(|reply| reply.payload() == b"done"))
    );
}

/// While subscriptions drain, publishes and requests go on and new subscriptions do not; then nothing is accepted.
// spec: G-02, CON-48, CON-57, ERR-02, PUB-10
#[tokio::test]
async fn what_a_draining_client_takes() {
    let server = Server::start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    let answering = Client::connect(server.url()).await.unwrap();
    let inner = answering.clone();
    let echo = move |message: Message| {
        let client = inner.clone();
        async move { client.publish(message.reply().unwrap().to_owned(), "").await.unwrap() }
    };
    let _echo = answering.subscribe("echo").for_each(1, echo).await.unwrap();
    let gate = Arc::new(Notify::new());
    let opened = Arc::clone(&gate);
    let handler = move |_| {
        let gate = Arc::clone(&opened);
        async move { gate.notified().await }
    };
    let _held = client.subscribe("held").for_each(1, handler).await.unwrap();
    client.publish("held", "").await.unwrap();
    client.flush().await.unwrap();
    client.drain().timeout(PATIENCE).begin();
    let draining = ConnectionState::DrainingSubscriptions { epoch: Some(1) };
    eventually(PATIENCE, "it drains", || client.state() == draining).await;
    assert!(client.state().is_connected() && client.state().is_draining());

    let refused = client.subscribe("new").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Draining);
    client.publish("a", "").await.unwrap();
    within(PATIENCE, client.request("echo", "").into_future()).await.unwrap();

    server.pause().unwrap();
    client.publish("a", "").await.unwrap();
    gate.notify_one();
    let flushing = ConnectionState::DrainingPublishes { epoch: Some(1) };
    eventually(PATIENCE, "it flushes", || client.state() == flushing).await;
    let refused = client.publish("a", "x").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Draining);
    assert_eq!(refused.into_unsent().unwrap().payload, "x");
    assert_eq!(client.try_publish("a", "").unwrap_err().kind(), ErrorKind::Draining);
    assert_eq!(client.request("echo", "").await.unwrap_err().kind(), ErrorKind::Draining);
    server.resume().unwrap();
    assert_eq!(within(PATIENCE, client.closed()).await, CloseReason::Requested);
    assert_eq!(client.publish("a", "").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.subscribe("a").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.flush().await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.request("a", "").await.unwrap_err().kind(), ErrorKind::Closed);
}

/// What nobody takes is reported at the deadline.
// spec: CON-29, CON-57
#[tokio::test]
async fn a_drain_reports_what_nobody_took() {
    let server = Server::start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    let _untaken = client.subscribe("a").await.unwrap();
    for _ in 0..5 {
        client.publish("a", "").await.unwrap();
    }
    let report = client.drain().timeout(Duration::from_millis(100)).await;
    assert_eq!((report.unconfirmed, report.untaken), (0, 5));
}

/// A drain that finds another one at work waits for its handlers, too.
// spec: G-02, CON-57
#[tokio::test]
async fn handlers_of_a_drain_are_not_cut_off_by_another_one() {
    let server = Server::start().await.unwrap();
    let client = quick().connect(server.url()).await.unwrap();
    let (gate, done) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let (opened, counter) = (Arc::clone(&gate), Arc::clone(&done));
    let handler = move |_| {
        let (gate, done) = (Arc::clone(&opened), Arc::clone(&counter));
        async move {
            gate.notified().await;
            done.fetch_add(1, Ordering::SeqCst);
        }
    };
    let _handle = client.subscribe("a").for_each(1, handler).await.unwrap();
    client.publish("a", "").await.unwrap();
    client.publish("a", "").await.unwrap();
    client.flush().await.unwrap();
    let mut state = client.watch_state();
    client.drain().timeout(PATIENCE).begin();
    // The fence of the first drain is closed: only its handlers are at work.
    eventually(PATIENCE, "it is fenced", || client.statistics().subscriptions == 0).await;
    client.drain().timeout(PATIENCE).begin();
    let early = tokio::time::timeout(Duration::from_millis(100), state.closed()).await;
    assert!(early.is_err(), "it ended before its handlers");
    gate.notify_one();
    eventually(PATIENCE, "one is done", || done.load(Ordering::SeqCst) == 1).await;
    gate.notify_one();
    within(PATIENCE, state.closed()).await;
    assert_eq!(done.load(Ordering::SeqCst), 2);
}

/// What the lost server was still to deliver will not come: the drain of a subscription ends with the connection.
// spec: G-01, CON-39
#[tokio::test]
async fn a_subscription_that_drains_ends_with_its_connection() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    proxy.stall(Direction::ToClient);
    let mut draining = Box::pin(sub.drain());
    assert!((&mut draining).now_or_never().is_none());
    let out = || client.statistics().pending_bytes == 0;
    eventually(PATIENCE, "the server is told", out).await;
    proxy.refuse(true);
    proxy.cut();
    let error = within(PATIENCE, draining).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert!(within(PATIENCE, sub.next()).await.is_none());
    assert_eq!(client.statistics().subscriptions, 0);
}
