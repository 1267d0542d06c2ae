//! Publishes that hear from the server what became of them.

use std::time::Duration;

use futures_util::future::join_all;
use nats_actors::testing::{Peer, ScriptedServer};
use nats_actors::{Error, ErrorKind};

use super::kit::{PATIENCE, next, options, server_with, within};
use crate::lifecycle::kit::scripted;

/// e14, for publishes.
// spec: A40-33, ERR-16
#[tokio::test]
async fn a_denied_publish_is_an_error_of_the_call_and_others_are_not() {
    let (server, login) = server_with(|user| user.deny_publish("secret.>")).await;
    let client = login.connect(server.url()).await.unwrap();
    let mut open = client.subscribe("open").await.unwrap();

    let error = client.publish("secret.a", "x").confirmed().await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("secret.a")));
    assert!(!error.maybe_executed() && error.into_unsent().is_none());

    let all = (0..200).map(|n| {
        let client = &client;
        async move {
            let subject = if n % 2 == 0 { "open".to_owned() } else { format!("secret.{n}") };
            (n, client.publish(subject, n.to_string()).confirmed().await)
        }
    });
    for (n, published) in within(PATIENCE, join_all(all)).await {
        let kind = published.map_err(|error| error.kind());
        assert_eq!(kind, if n % 2 == 0 { Ok(()) } else { Err(ErrorKind::Denied) }, "{n}");
    }
    for n in (0..200).step_by(2) {
        assert_eq!(next(&mut open).await.payload(), n.to_string().as_bytes());
    }
}

// spec: PUB-13
#[tokio::test]
async fn what_cannot_be_sent_is_given_back_unconfirmed() {
    let (server, login) = server_with(|user| user).await;
    let client = login.connect(server.url()).await.unwrap();
    let error = client.publish("a b", "x").confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadSubject);
    client.close().await;
    let error = client.publish("a", "x").confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.into_unsent().unwrap().payload, "x");
}

/// Publishes to a peer that has read the message and then does what `then` does; it stays as long as `then` keeps it.
async fn publish_to(limit: Duration, then: impl AsyncFnOnce(Peer) -> Option<Peer>) -> Error {
    let server = ScriptedServer::start().unwrap();
    let (client, mut peer) = scripted(options(), &server).await;
    let publishing = client.publish("a", "x").deadline(limit).confirmed().into_future();
    let answering = async {
        while peer.line().await.unwrap() != "PING" {}
        then(peer).await
    };
    let (published, _peer) = within(PATIENCE, async { tokio::join!(publishing, answering) }).await;
    published.unwrap_err()
}

// spec: A40-33
#[tokio::test]
async fn a_denial_and_a_pong_in_one_breath_are_a_denial() {
    let error = publish_to(PATIENCE, async |mut peer| {
        let denial = "-ERR 'Permissions Violation for Publish to \"a\"'\r\nPONG\r\n";
        peer.send(denial).await.unwrap();
        Some(peer)
    });
    assert_eq!(error.await.kind(), ErrorKind::Denied);
}

#[tokio::test]
async fn without_an_answer_it_is_in_doubt() {
    let silent = publish_to(Duration::from_millis(50), async |peer| Some(peer)).await;
    assert_eq!((silent.kind(), silent.maybe_executed()), (ErrorKind::TimedOut, true));

    let lost = publish_to(PATIENCE, async |_| None).await;
    assert_eq!((lost.kind(), lost.maybe_executed()), (ErrorKind::Disconnected, true));
    assert_eq!(lost.subject(), Some("a"));
}
