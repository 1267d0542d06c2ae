//! What waits to be sent, over lost connections.

use std::time::Duration;

use nats_actors::testing::{Direction, Proxy, ScriptedServer, Server};
use nats_actors::{Client, ErrorKind, Event, Events, Loss, LossPolicy};
use nats_actors_tests::{eventually, eventually_async};

use crate::core::kit::{PATIENCE, connect, next, options, within};

/// The loss that is reported next.
async fn loss(events: &mut Events) -> Loss {
    within(PATIENCE, async {
        loop {
            match events.next().await {
                Some(Event::PublishLoss(loss)) => return loss,
                Some(_) => {}
                None => panic!("the client is closed and nothing was reported"),
            }
        }
    })
    .await
}

/// Room that a lost connection leaves behind is told to who waits for it.
// spec: CON-24, PUB-13
#[tokio::test]
async fn a_lost_connection_makes_room() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = options()
        .outbox_bytes(64 * 1024)
        .ping_interval(Duration::from_secs(60))
        .connect(proxy.url())
        .await
        .unwrap();
    proxy.stall(Direction::ToClient);
    let mut count = 0_u64;
    while client.try_publish("a", vec![1; 1024]).is_ok() {
        count += 1;
    }
    let taken = async || server.varz().await.unwrap()["in_msgs"] == count;
    eventually_async(PATIENCE, "the server has them all", taken).await;
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.publish("a", vec![1; 1024]).deadline(PATIENCE).await }
    });
    tokio::task::yield_now().await;
    proxy.cut();
    proxy.unstall(Direction::ToClient);

    within(PATIENCE / 2, waiting).await.unwrap().unwrap();
}

/// A request that was given up while there was no server goes to no later one, and so was not executed.
// spec: R-03, REQ-11
#[tokio::test]
async fn a_request_given_up_while_disconnected_is_never_sent() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let observer = connect(&server).await;
    let mut seen = observer.subscribe("work.>").await.unwrap();
    let client = Client::connect(proxy.url()).await.unwrap();
    proxy.refuse(true);
    proxy.cut();
    eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
    client.publish("work.1", "").await.unwrap();
    let asked = client.request("work.2", "").timeout(Duration::from_millis(50)).await;
    let error = asked.unwrap_err();
    assert_eq!((error.kind(), error.maybe_executed()), (ErrorKind::TimedOut, false));
    client.publish("work.3", "").await.unwrap();
    proxy.refuse(false);

    client.flush().timeout(PATIENCE).await.unwrap();
    assert_eq!(next(&mut seen).await.subject(), "work.1");
    assert_eq!(next(&mut seen).await.subject(), "work.3");
}

/// The next server may take less than the last one; it would close the connection again and again.
// spec: W-11
#[tokio::test]
async fn what_the_next_server_would_refuse_is_reported_and_not_sent() {
    let server = ScriptedServer::start().unwrap();
    let connecting =
        tokio::spawn(options().loss_policy(LossPolicy::Resend).connect(server.url()).into_future());
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    let client = within(PATIENCE, connecting).await.unwrap().unwrap();
    let mut events = client.events();
    for (subject, size) in [("a", 10), ("b", 100_000), ("c", 10)] {
        client.publish(subject, vec![b'x'; size]).await.unwrap();
    }
    peer.expect("PUB").await.unwrap();
    peer.reset();
    let mut peer = server.accept().await.unwrap();
    peer.send("INFO {\"proto\":1,\"headers\":true,\"max_payload\":1000}\r\n").await.unwrap();
    peer.expect("CONNECT").await.unwrap();
    peer.expect("PING").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();

    assert_eq!(peer.expect("PUB").await.unwrap(), "PUB a 10");
    peer.payload(10).await.unwrap();
    assert_eq!(peer.expect("PUB").await.unwrap(), "PUB c 10");
    let loss = loss(&mut events).await;
    assert_eq!((loss.count, loss.first, loss.last), (1, 2, 2));
    assert_eq!(loss.first_subject, "b");
}

/// What is accepted and never sent because the client ends is reported by an event, as well as by the close.
// spec: A40-22, CON-24, CON-56
#[tokio::test]
async fn a_client_that_ends_while_disconnected_reports_what_it_still_had() {
    let server = Server::start().await.unwrap();
    for gives_up in [false, true] {
        let proxy = Proxy::start(server.addr()).await.unwrap();
        let mut policy = nats_actors::ReconnectPolicy::default();
        if gives_up {
            policy = policy
                .max_reconnects(2)
                .delay(Duration::from_millis(10), Duration::from_millis(10));
        }
        let client = options().reconnect(policy).connect(proxy.url()).await.unwrap();
        let mut events = client.events();
        proxy.refuse(true);
        proxy.cut();
        eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
        for subject in ["a", "b", "c"] {
            let _ = client.publish(subject, "").await;
        }
        if !gives_up {
            let report = client.close().timeout(Duration::from_millis(10)).await;
            assert_eq!(report.unconfirmed, 3);
        }
        let loss = loss(&mut events).await;
        assert_eq!((loss.count, loss.first, loss.last), (3, 1, 3));
        assert_eq!((loss.first_subject.as_str(), loss.last_subject.as_str()), ("a", "c"));
        let last = within(PATIENCE, events.next()).await;
        assert!(matches!(last, Some(Event::Closed { .. })), "{last:?}");
    }
}
