//! Servers that do not let a client in.

use std::time::Duration;

use nats_actors::protocol::ServerError;
use nats_actors::testing::{Peer, ScriptedServer, Server, ServerConfig, User};
use nats_actors::{
    CloseReason, ConnectOptions, DisconnectCause, ErrorKind, Event, ReconnectPolicy,
};

use super::kit::{PATIENCE, connected, event, nobody, quick, scripted, within};

fn with_password(password: &str) -> ServerConfig {
    Server::builder().user(User::new("a", password))
}

/// A login refused by one server does not end the pass over the others, now and later.
// spec: A40-29, CON-34
#[tokio::test]
async fn a_refusal_does_not_stop_the_pass() {
    let refuses = with_password("other").start().await.unwrap();
    let accepts = with_password("right").start().await.unwrap();
    let options = quick().user_and_password("a", "right").keep_server_order();
    let client = options.connect([refuses.url(), accepts.url()]).await.unwrap();
    assert_eq!(client.connected_server().unwrap().address.port(), accepts.port());
    let mut events = client.events();
    // Lost, so that the one that refuses is asked again, and goes first.
    let policy = ReconnectPolicy::new().ignore_auth_errors();
    let stubborn = quick().reconnect(policy).user_and_password("a", "right").keep_server_order();
    let stubborn = stubborn.connect([refuses.url(), accepts.url()]).await.unwrap();
    let mut stubborn_events = stubborn.events();
    for epoch in 2..=3 {
        stubborn.force_reconnect();
        assert_eq!(connected(&mut stubborn_events).await, epoch);
        assert_eq!(stubborn.connected_server().unwrap().address.port(), accepts.port());
    }
    // The other client counts the refusals of each server: the second one in a row is the end.
    client.force_reconnect();
    let closed = event(&mut events, |event| match event {
        Event::Closed { reason } => Some(reason),
        _ => None,
    });
    assert!(matches!(closed.await, CloseReason::Refused { .. }));
}

/// The refusal is what a first connect fails with, although another server could not be reached at all.
// spec: ERR-13, ERR-23
#[tokio::test]
async fn a_refusal_tells_more_than_a_dead_server() {
    let refuses = with_password("other").start().await.unwrap();
    let options = quick().user_and_password("a", "wrong").keep_server_order();
    let dead = nobody();
    let error = options.connect([refuses.url(), dead.url()]).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("Authorization Violation"), "{cause}");
}

/// A password that is changed: the second refusal in a row closes the client, unless it is to go on.
// spec: A40-28, A40-30, CON-34, CON-58
#[tokio::test]
async fn the_same_refusal_twice_closes_the_client() {
    let server = with_password("old").start().await.unwrap();
    let login =
        |options: ConnectOptions| options.user_and_password("a", "old").connect(server.url());
    let delay = Duration::from_millis(5);
    let goes_on = ReconnectPolicy::new().delay(delay, 4 * delay).ignore_auth_errors();
    let stubborn = login(ConnectOptions::new().reconnect(goes_on)).await.unwrap();
    let client = login(quick()).await.unwrap();
    let mut events = client.events();
    let mut stubborn_events = stubborn.events();
    server.reconfigure(with_password("new")).await.unwrap();

    let reason = within(PATIENCE, client.closed()).await;
    let violation = ServerError::AuthorizationViolation;
    let expected = CloseReason::Refused { server: server.addr().to_string(), error: violation };
    assert_eq!(reason, expected);
    assert_eq!(client.last_error().unwrap().kind, ErrorKind::Unauthorized);
    let mut refused = 0;
    while let Some(event) = events.next().await {
        let kind = ErrorKind::Unauthorized;
        refused += usize::from(matches!(event, Event::ConnectFailed { kind: k, .. } if k == kind));
    }
    assert_eq!(refused, 2);

    for _ in 0..3 {
        let failed = |event| matches!(event, Event::ConnectFailed { .. }).then_some(());
        event(&mut stubborn_events, failed).await;
    }
    server.reconfigure(with_password("old")).await.unwrap();
    assert_eq!(connected(&mut stubborn_events).await, 2);
}

async fn refuse(peer: &mut Peer, text: &str) {
    peer.send_info("").await.unwrap();
    peer.expect("CONNECT").await.unwrap();
    peer.send(format!("-ERR '{text}'\r\n")).await.unwrap();
}

/// What expires is told first, by its type; then the client connects again, as long as it is let in.
// spec: A40-30, SEC-18, ERR-14
#[tokio::test]
async fn expired_credentials_are_told_before_the_reconnect() {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(quick(), &server).await;
    let mut events = client.events();
    peer.send("-ERR 'User Authentication Expired'\r\n").await.unwrap();
    let expired = ServerError::AuthenticationExpired;
    assert_eq!(within(PATIENCE, events.next()).await, Some(Event::ServerError(expired.clone())));
    let lost = within(PATIENCE, events.next()).await.unwrap();
    assert!(
        matches!(&lost, Event::Disconnected { cause: DisconnectCause::ServerError(e), .. } if *e == expired),
        "{lost:?}"
    );
    // Different refusals are not the same one twice, and a success in between counts.
    for text in ["User Authentication Expired", "Authorization Violation"] {
        refuse(&mut server.accept().await.unwrap(), text).await;
    }
    let mut peer = server.accept().await.unwrap();
    peer.handshake().await.unwrap();
    assert_eq!(connected(&mut events).await, 2);
    drop(peer);
    for _ in 0..2 {
        refuse(&mut server.accept().await.unwrap(), "Authorization Violation").await;
    }
    let reason = within(PATIENCE, client.closed()).await;
    let CloseReason::Refused { error, .. } = reason else { panic!("{reason:?}") };
    assert_eq!(error, ServerError::AuthorizationViolation);
}
