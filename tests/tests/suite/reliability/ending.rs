//! Clients that end, or never begin.

use std::time::{Duration, Instant};

use nats_actors::testing::{Direction, Proxy, ScriptedServer, Server};
use nats_actors::{Client, ConnectionState, InitialConnect};
use nats_actors_tests::eventually;

use crate::core::kit::{PATIENCE, connect, next, options, server_and_client, within};

/// Who comes late is told that it is over.
// spec: A40-15, CON-58
#[tokio::test]
async fn events_of_a_closed_client_end_at_once() {
    let (_server, client) = server_and_client().await;
    client.close().await;

    assert_eq!(within(PATIENCE, client.events().next()).await, None);
    assert_eq!(within(PATIENCE, client.watch_state().changed()).await, ConnectionState::Closed);
}

/// A stream whose messages were all taken has nothing to drain, whether or not somebody asks for the next one.
// spec: G-02, CON-57
#[tokio::test]
async fn a_drain_does_not_wait_for_who_has_taken_everything() {
    let (_server, client) = server_and_client().await;
    let mut sub = client.subscribe("a").await.unwrap();
    client.publish("a", "").await.unwrap();
    next(&mut sub).await;
    let begin = Instant::now();
    let report = client.drain().timeout(PATIENCE).await;

    assert_eq!((report.unconfirmed, report.untaken), (0, 0));
    assert!(begin.elapsed() < PATIENCE / 2, "{:?}", begin.elapsed());
}

/// A drain that nobody waits for goes on: it does not leave a client behind that is half ended.
// spec: CON-57
#[tokio::test]
async fn a_drain_that_was_dropped_goes_on() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = Client::connect(proxy.url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    proxy.stall(Direction::ToClient);
    let begun = tokio::time::timeout(Duration::from_millis(50), client.drain().timeout(PATIENCE));
    assert!(begun.await.is_err());
    proxy.unstall(Direction::ToClient);

    within(PATIENCE, client.watch_state().closed()).await;
    assert!(within(PATIENCE, sub.next()).await.is_none());
}

/// Dropping the future of a connect ends the attempt, at whatever stage it is and however long it might go on.
// spec: G-03
#[tokio::test]
async fn a_connect_that_was_dropped_does_not_go_on() {
    let server = ScriptedServer::start().unwrap();
    for initial in [InitialConnect::FailFast, InitialConnect::WaitFor(PATIENCE)] {
        let patient = options().initial_connect(initial).connect_timeout(PATIENCE);
        let connecting = tokio::spawn(patient.connect(server.url()).into_future());
        let mut peer = server.accept().await.unwrap();
        connecting.abort();
        let gone = within(PATIENCE / 4, peer.line()).await.unwrap_err();
        assert_eq!(gone.kind(), std::io::ErrorKind::UnexpectedEof);
    }
}

/// Nothing was accepted, so that there is nothing to wait for.
// spec: CON-56
#[tokio::test]
async fn ending_without_a_server_and_without_anything_to_send_is_immediate() {
    let server = Server::start().await.unwrap();
    for drains in [false, true] {
        let client = connect(&server).await;
        server.kill().unwrap();
        eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
        let begin = Instant::now();
        if drains {
            client.drain().timeout(PATIENCE).await;
        } else {
            client.close().timeout(PATIENCE).await;
        }
        assert!(begin.elapsed() < PATIENCE / 4, "{:?}", begin.elapsed());
        assert_eq!(client.state(), ConnectionState::Closed);
        server.restart().await.unwrap();
    }
}

/// An INFO may come at any time, also before the PONG that accepts the client.
// spec: W-04, W-05
#[tokio::test]
async fn an_info_during_the_login_counts() {
    let server = ScriptedServer::start().unwrap();
    let connecting = tokio::spawn(Client::connect(server.url()).into_future());
    let mut peer = server.accept().await.unwrap();
    peer.send_info("").await.unwrap();
    peer.expect("CONNECT").await.unwrap();
    peer.expect("PING").await.unwrap();
    peer.send("+OK\r\n").await.unwrap();
    peer.send("INFO {\"proto\":1,\"headers\":true,\"max_payload\":77}\r\n").await.unwrap();
    peer.send("PONG\r\n").await.unwrap();
    let client = within(PATIENCE, connecting).await.unwrap().unwrap();

    assert_eq!(client.server_info().max_payload, 77);
}
