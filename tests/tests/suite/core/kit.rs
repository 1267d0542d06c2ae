//! What the tests of the core share.

use std::time::Duration;

use nats_actors::testing::Server;
use nats_actors::{Client, ConnectOptions, Message, Subscription};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn server_and_client() -> (Server, Client) {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    (server, client)
}

pub(crate) async fn connect(server: &Server) -> Client {
    Client::connect(server.url()).await.unwrap()
}

pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::new()
}

/// The next message, which must come in time.
pub(crate) async fn next(subscription: &mut Subscription) -> Message {
    within(PATIENCE, subscription.next()).await.expect("the subscription ended")
}

pub(crate) async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(limit, future).await {
        Ok(value) => value,
        Err(_) => panic!("nothing within {limit:?}"),
    }
}
