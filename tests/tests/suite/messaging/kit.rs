//! What the tests of messaging share.

use std::time::Duration;

use nats_actors::testing::{Server, User};
use nats_actors::{Client, ConnectOptions};

pub(crate) use crate::core::kit::{PATIENCE, connect, next, options, server_and_client, within};

/// Long enough that a loaded machine does not reach it, short enough that a test may wait for it.
pub(crate) const SOON: Duration = Duration::from_millis(300);

/// A server with one user (`ann`, `secret`), and options to log in as that user.
pub(crate) async fn server_with(permit: impl FnOnce(User) -> User) -> (Server, ConnectOptions) {
    let user = permit(User::new("ann", "secret"));
    let server = Server::builder().user(user).start().await.unwrap();
    (server, options().user_and_password("ann", "secret"))
}

/// How many subscriptions the server knows of its first connection.
pub(crate) async fn subscriptions_at(server: &Server) -> u64 {
    let connz = server.monitor("/connz?subs=1").await.unwrap();
    connz["connections"][0]["subscriptions"].as_u64().unwrap()
}

/// Answers each question on `subject` with these payloads.
pub(crate) async fn answer_with(
    client: &Client,
    subject: &'static str,
    payloads: &'static [&'static str],
) -> nats_actors::SubscriptionHandle {
    let answering = client.clone();
    let answer = move |message: nats_actors::Message| {
        let client = answering.clone();
        async move {
            for payload in payloads {
                client.publish(message.reply().unwrap(), *payload).await.unwrap();
            }
        }
    };
    client.subscribe(subject).for_each(1, answer).await.unwrap()
}
