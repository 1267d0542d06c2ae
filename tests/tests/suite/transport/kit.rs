//! What the tests of the transports share.

use std::error::Error as StdError;

use nats_actors::testing::{Authority, Certificate, Server, ServerConfig};
use nats_actors::{Client, ConnectOptions};
use nats_actors_tests::echo;

pub(super) use crate::core::kit::{PATIENCE, next, options, within};

/// An authority, and a certificate of it for this machine.
pub(super) fn certified() -> (Authority, Certificate) {
    let authority = Authority::new().unwrap();
    let certificate = authority.certificate(&["localhost", "127.0.0.1"]).unwrap();
    (authority, certificate)
}

/// A server with TLS, and options that trust it.
pub(crate) async fn tls_server() -> (Server, Authority, ConnectOptions) {
    let (authority, certificate) = certified();
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    let server = config.start().await.unwrap();
    let options = options().tls_authorities(authority.file());
    (server, authority, options)
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
    let asked = format!("{subject}.echo");
    let _echo = client.subscribe(&asked).for_each(1, echo(client)).await.unwrap();
    let reply = client.request(&asked, "ping").await.unwrap();
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
