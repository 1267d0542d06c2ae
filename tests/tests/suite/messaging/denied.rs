//! What the server refuses, at the subscription that asked for it.

use nats_actors::testing::{Server, User};
use nats_actors::{ErrorKind, Event};

use super::kit::{PATIENCE, SOON, connect, next, options, server_with, within};

/// e14, for subscriptions; requests have their own.
// spec: A40-34, SUB-17, SUB-18, ERR-16
#[tokio::test]
async fn a_denied_subject_ends_its_subscription_and_no_other() {
    let (server, login) = server_with(|user| user.deny_subscribe("secret")).await;
    let client = login.connect(server.url()).await.unwrap();
    let mut events = client.events();
    let mut open = client.subscribe("open").await.unwrap();
    let error = client.subscribe("secret").await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("secret")));
    let mut later = client.subscribe("secret").unconfirmed().await.unwrap();
    assert!(within(PATIENCE, later.next()).await.is_none());
    let error = within(PATIENCE, later.ended()).await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("secret")));
    assert_eq!(later.next_within(SOON).await.unwrap_err().kind(), ErrorKind::Denied);

    for _ in 0..2 {
        assert!(matches!(within(PATIENCE, events.next()).await, Some(Event::ServerError(_))));
    }
    client.publish("open", "x").await.unwrap();
    assert_eq!(next(&mut open).await.payload(), b"x");
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: A40-35
#[tokio::test]
async fn equal_denied_subscriptions_get_an_error_each_and_an_allowed_group_none() {
    let (server, login) = server_with(|user| user.allow_subscribe("foo v1")).await;
    let client = login.connect(server.url()).await.unwrap();
    let mut allowed = client.subscribe("foo").queue("v1").await.unwrap();
    let mut denied = Vec::new();
    for _ in 0..5 {
        denied.push(client.subscribe("foo").unconfirmed().await.unwrap());
        denied.push(client.subscribe("foo").queue("v2").unconfirmed().await.unwrap());
    }
    for denied in denied {
        assert_eq!(within(PATIENCE, denied.ended()).await.unwrap_err().kind(), ErrorKind::Denied);
    }
    client.publish("foo", "x").await.unwrap();
    assert_eq!(next(&mut allowed).await.payload(), b"x");
    assert_eq!(client.statistics().subscriptions, 1);
}

// spec: A40-36, A40-38
#[tokio::test]
async fn a_permission_that_goes_ends_the_one_that_needed_it_for_good() {
    let user = || User::new("ann", "secret");
    let server = Server::builder().user(user()).start().await.unwrap();
    let login = options().user_and_password("ann", "secret");
    let client = login.connect(server.url()).await.unwrap();
    let sub = client.subscribe("foo").await.unwrap();
    let _other = client.subscribe("bar").await.unwrap();
    server.reconfigure(Server::builder().user(user().deny_subscribe("foo"))).await.unwrap();
    let error = within(PATIENCE, sub.ended()).await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("foo")));

    server.reconfigure(Server::builder().user(user())).await.unwrap();
    client.force_reconnect();
    let mut state = client.watch_state();
    within(PATIENCE, async {
        while state.current().epoch().is_none_or(|epoch| epoch < 2) {
            state.changed().await;
        }
    })
    .await;
    client.flush().await.unwrap();
    assert!(sub.has_ended(), "a refused subscription does not come back by itself");
    let mut again = client.subscribe("foo").await.unwrap();
    client.publish("foo", "x").await.unwrap();
    assert_eq!(next(&mut again).await.payload(), b"x");
}

// spec: SUB-19, ERR-18
#[tokio::test]
async fn one_subscription_too_many_is_an_error_of_its_own() {
    let server = Server::builder().extra("max_subscriptions: 3").start().await.unwrap();
    let client = connect(&server).await;
    let mut live = Vec::new();
    for n in 0..3 {
        live.push(client.subscribe(format!("s.{n}")).await.unwrap());
    }
    for _ in 0..2 {
        let error = client.subscribe("s.more").await.unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::TooMany, Some("s.more")));
    }
    live.pop();
    live.push(client.subscribe("s.more").await.unwrap());
    for subject in ["s.0", "s.1", "s.more"] {
        client.publish(subject, "x").await.unwrap();
    }
    for sub in &mut live {
        assert_eq!(next(sub).await.payload(), b"x");
    }
    assert_eq!(client.statistics().reconnects, 0);
}

/// A client that may hear its replies again asks for them again.
// spec: A40-37, A40-38
#[tokio::test]
async fn an_inbox_that_was_denied_is_asked_for_again() {
    let user = || User::new("ann", "secret");
    let denied = Server::builder().user(user().deny_subscribe("_INBOX.>"));
    let server = denied.start().await.unwrap();
    let login = options().user_and_password("ann", "secret").inbox_prefix("_INBOX.own");
    let client = login.connect(server.url()).await.unwrap();
    let error = client.request("nobody", "").timeout(PATIENCE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);

    server.reconfigure(Server::builder().user(user())).await.unwrap();
    let error = client.request("nobody", "").timeout(PATIENCE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoResponders);
}
