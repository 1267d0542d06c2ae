//! What the tests of the transports share.

use std::error::Error as StdError;
use std::time::Duration;

use nats_actors::testing::{Authority, Certificate, Server, ServerConfig};
use nats_actors::{Client, ConnectOptions, Message, Subscription};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn options() -> ConnectOptions {
    ConnectOptions::new()
}

/// An authority, and a certificate of it for this machine.
pub(super) fn certified() -> (Authority, Certificate) {
    let authority = Authority::new().unwrap();
    let certificate = authority.certificate(&["localhost", "127.0.0.1"]).unwrap();
    (authority, certificate)
}

/// A server with TLS, and options that trust it.
pub(super) async fn tls_server() -> (Server, Authority, ConnectOptions) {
    let (authority, certificate) = certified();
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    let server = config.start().await.unwrap();
    let options = options().tls_authorities(authority.file());
    (server, authority, options)
}

pub(super) async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(limit, future).await {
        Ok(value) => value,
        Err(_) => panic!("nothing within {limit:?}"),
    }
}

pub(super) async fn next(subscription: &mut Subscription) -> Message {
    within(PATIENCE, subscription.next()).await.expect("the subscription ended")
}

/// Publishes and receives, small and large, with headers, and asks.
pub(super) async fn works(client: &Client) {
    let subject = client.new_inbox();
    let mut sub = client.subscribe(&subject).await.unwrap();
    for size in [0, 5, 4_000, 70_000, 1_000_000] {
        let payload: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        client.publish(&subject, &payload).header("Size", size.to_string()).await.unwrap();
        let message = next(&mut sub).await;
        assert_eq!(message.headers().unwrap().get("Size"), Some(size.to_string().as_str()));
        assert!(message.payload() == payload, "{size} bytes did not come back");
    }
    let answering = client.clone();
    let _echo = client
        .subscribe(format!("{subject}.echo"))
        .for_each(1, move |message: Message| {
            let client = answering.clone();
            async move { client.publish(message.reply().unwrap(), message.payload()).await.unwrap() }
        })
        .await
        .unwrap();
    let reply = client.request(format!("{subject}.echo"), "ping").await.unwrap();
    assert_eq!(reply.payload(), b"ping");
}

/// An error with its causes.
pub(super) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
