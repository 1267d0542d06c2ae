//! The NATS server: the user's, or one of our own.

use nats_actors::testing::{Server, ServerError};

/// A server to connect to. One that was started for this run ends with it, and takes its streams along.
#[derive(Debug)]
pub(crate) enum NatsServer {
    Given(String),
    Own(Box<Server>),
}

impl NatsServer {
    /// The given server, or a new one with JetStream on a free port.
    pub(crate) async fn given_or_own(url: Option<String>) -> Result<Self, ServerError> {
        match url {
            Some(url) => Ok(Self::Given(url)),
            None => Server::builder()
                .jetstream()
                .start()
                .await
                .map(|server| Self::Own(Box::new(server))),
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Given(url) => url.clone(),
            Self::Own(server) => server.client_url(),
        }
    }

    /// For the user: where it is, without its credentials.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Given(url) => {
                let place = url.rsplit('@').next().unwrap_or(url);
                format!("the server at {place}")
            }
            Self::Own(server) => format!("a server of its own at {}", server.url()),
        }
    }
}
