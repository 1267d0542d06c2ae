//! What a server complains about, and what becomes of the connection.

use nats_actors::protocol::ServerError;
use nats_actors::testing::{Direction, Proxy, ScriptedServer, Server, User};
use nats_actors::{Client, DisconnectCause, ErrorKind, Event};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, connected, event, quick, scripted, within};

fn error_of(event: Event) -> Option<ServerError> {
    match event {
        Event::ServerError(error) => Some(error),
        _ => None,
    }
}

fn cause_of(event: Event) -> Option<(DisconnectCause, String)> {
    match event {
        Event::Disconnected { cause, reason, .. } => Some((cause, reason)),
        _ => None,
    }
}

/// Many denied publishes: no reconnect, and other traffic flows.
// spec: W-26, A40-33, ERR-16, EVT-03
#[tokio::test]
async fn denied_publishes_leave_the_connection_alone() {
    let user = User::new("a", "secret").deny_publish("denied.>");
    let server = Server::builder().user(user).start().await.unwrap();
    let client = quick().connect(server.client_url()).await.unwrap();
    let mut sub = client.subscribe("fine").await.unwrap();
    let mut events = client.events();
    for n in 0..1000 {
        client.publish(format!("denied.{n}"), "").await.unwrap();
    }
    client.publish("fine", "").await.unwrap();
    within(PATIENCE, sub.next()).await.unwrap();
    eventually(PATIENCE, "all errors came", || client.statistics().errors == 1000).await;

    let first = event(&mut events, error_of).await;
    let subject = "denied.0".to_owned();
    assert_eq!(first, ServerError::PermissionsViolationPublish { subject });
    assert_eq!(client.statistics().reconnects, 0);
    assert!(client.last_error().is_some_and(|last| last.kind == ErrorKind::Denied));
}

/// What a server says without closing the connection, whatever it is.
// spec: W-26, W-28, ERR-18, ERR-21, ERR-22
#[tokio::test]
async fn errors_that_close_nothing_are_events() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    // What has delivered cannot be the one subscription too many.
    client.publish("a", "").await.unwrap();
    within(PATIENCE, sub.next()).await.unwrap();
    let mut events = client.events();
    let texts = [
        "Permissions Violation for Publish to \"x\"",
        "Permissions Violation for Publish with Reply of \"x\"",
        "Permissions Violation for Subscription to \"x\"",
        "maximum subscriptions exceeded",
        "Invalid Subject",
        "Invalid Publish Subject",
        "Failed Account Registration",
        "Brand New Error",
    ];
    for text in texts {
        proxy.inject(Direction::ToClient, format!("-ERR '{text}'\r\n"));
        let error = event(&mut events, error_of).await;
        assert_eq!(error.to_string().to_lowercase(), text.to_lowercase());
    }
    client.publish("a", "").await.unwrap();
    within(PATIENCE, sub.next()).await.unwrap();
    client.flush().await.unwrap();
    assert_eq!((client.statistics().reconnects, client.statistics().errors), (0, 8));
}

/// What a server says before it closes: the client reconnects, also when the server does not get that far.
// spec: W-27, A40-30, CON-65, ERR-08, ERR-13, ERR-14, ERR-15, ERR-17, ERR-20, SEC-18
#[tokio::test]
async fn errors_that_close_the_connection_are_survived() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut events = client.events();
    let texts = [
        "Stale Connection",
        "Authentication Timeout",
        "User Authentication Expired",
        "Account Authentication Expired",
        "User Authentication Revoked",
        "Authorization Violation",
        "maximum connections exceeded",
        "maximum account active connections exceeded",
        "Connection throttling is active. Please try again later.",
        "Maximum Payload Violation",
        "maximum control line exceeded",
        "Unknown Protocol Operation",
        "Secure Connection - TLS Required",
    ];
    for (text, epoch) in texts.into_iter().zip(2..) {
        proxy.inject(Direction::ToClient, format!("-ERR '{text}'\r\n"));
        let said = event(&mut events, error_of).await;
        let (cause, _) = event(&mut events, cause_of).await;
        assert_eq!(cause, DisconnectCause::ServerError(said), "{text}");
        assert_eq!(connected(&mut events).await, epoch);
        assert_eq!(client.last_error(), None, "a success ends what was before");
    }
}

/// A close without a word, and one behind a word of which nobody knows whether it closes.
// spec: W-29, A40-14, ERR-08, ERR-12
#[tokio::test]
async fn a_close_without_a_known_reason_is_survived_and_tells_what_was_said() {
    let server = ScriptedServer::start().unwrap();
    let (client, peer) = scripted(quick(), &server).await;
    let mut events = client.events();
    drop(peer);
    assert_eq!(event(&mut events, cause_of).await.0, DisconnectCause::ServerClosed);
    assert!(client.last_error().is_some_and(|last| last.kind == ErrorKind::Disconnected));

    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    connected(&mut events).await;
    peer.send("-ERR 'Brand New Error'\r\n").await.unwrap();
    drop(peer);
    let (cause, reason) = event(&mut events, cause_of).await;
    assert_eq!(cause, DisconnectCause::ServerError(ServerError::Other("Brand New Error".into())));
    assert!(reason.contains("Brand New Error"), "{reason}");
}

/// A client that reads too slowly is cut off by a real server without a word.
// spec: W-29, ERR-12
#[tokio::test]
async fn a_server_that_cuts_off_a_slow_reader_is_survived() {
    let server =
        Server::builder().max_payload(200_000).extra("max_pending: 1000000").start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = quick().connect(proxy.url()).await.unwrap();
    let mut sub = client.subscribe("a").await.unwrap();
    let mut events = client.events();
    let publisher = Client::connect(server.url()).await.unwrap();
    proxy.stall(Direction::ToClient);
    let flooding = tokio::spawn({
        let publisher = publisher.clone();
        async move {
            while publisher.publish("a", vec![0; 100_000]).await.is_ok() {
                tokio::task::yield_now().await;
            }
        }
    });
    let cut_off = || server.log().contains("Slow Consumer");
    eventually(PATIENCE, "the server cuts it off", cut_off).await;
    flooding.abort();
    proxy.unstall(Direction::ToClient);
    assert_eq!(connected(&mut events).await, 2);
    publisher.flush().timeout(PATIENCE).await.unwrap();
    // The server knows the subscription again.
    client.flush().timeout(PATIENCE).await.unwrap();
    publisher.publish("a", "after").await.unwrap();
    let after = async { while sub.next().await.unwrap().payload() != b"after" {} };
    within(PATIENCE, after).await;
}

/// With `+OK` behind every operation everything works as without; pedantic servers complain without closing.
// spec: CON-04, CON-05, W-04
#[tokio::test]
async fn verbose_and_pedantic_connections_work() {
    let server = Server::start().await.unwrap();
    let client = quick().verbose().pedantic().connect(server.url()).await.unwrap();
    let mut sub = client.subscribe("a.*").await.unwrap();
    for n in 0..100 {
        client.publish(format!("a.{n}"), "").await.unwrap();
    }
    client.flush().await.unwrap();
    for _ in 0..100 {
        within(PATIENCE, sub.next()).await.unwrap();
    }
    assert_eq!(client.statistics().errors, 0);
    assert!(client.request("nobody", "").await.is_err_and(|e| e.kind() == ErrorKind::NoResponders));

    let scripted_server = ScriptedServer::start().unwrap();
    let connecting = quick().verbose().connect(scripted_server.url()).into_future();
    let (client, connect) = tokio::join!(connecting, async {
        let mut peer = scripted_server.accept().await.unwrap();
        peer.send_info("").await.unwrap();
        let connect = peer.expect("CONNECT").await.unwrap();
        peer.expect("PING").await.unwrap();
        peer.send("+OK\r\nPONG\r\n+OK\r\n").await.unwrap();
        (connect, peer)
    });
    assert!(client.unwrap().state().is_connected());
    assert!(connect.0.contains(r#""verbose":true,"pedantic":false"#), "{}", connect.0);
}

/// What a server says is heard although nothing that follows in the same read can be.
// spec: W-26
#[tokio::test]
async fn an_error_in_front_of_nonsense_is_heard() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick(), &server).await;
    let mut sub = client.subscribe("a").unconfirmed().await.unwrap();
    peer.expect("SUB").await.unwrap();
    let mut events = client.events();
    let denied = "-ERR 'Permissions Violation for Publish to \"x\"'\r\n";
    peer.send(format!("{denied}MSG a 1 1\r\n1\r\nNONSENSE\r\n")).await.unwrap();

    let subject = "x".to_owned();
    let said = ServerError::PermissionsViolationPublish { subject };
    assert_eq!(event(&mut events, error_of).await, said);
    assert_eq!(event(&mut events, cause_of).await.0, DisconnectCause::Protocol);
    assert_eq!(within(PATIENCE, sub.next()).await.unwrap().payload(), b"1");
}
