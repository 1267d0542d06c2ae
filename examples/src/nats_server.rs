//! The NATS server of an example: the user's, or one of its own.

use nats_actors::testing::{Server, ServerError};

/// A server to connect to. One that was started here ends when this is dropped, and its streams with it.
#[derive(Debug)]
pub struct NatsServer {
    url: String,
    own: Option<Server>,
}

impl NatsServer {
    /// The server that the environment variable `NATS_URL` names, or a new one.
    ///
    /// # Errors
    ///
    /// See [`given_or_own`](Self::given_or_own).
    pub async fn find() -> Result<Self, ServerError> {
        Self::given_or_own(std::env::var("NATS_URL").ok()).await
    }

    /// The server at a URL, which is not looked for here, or a new one with JetStream on a free port.
    ///
    /// # Errors
    ///
    /// [`ServerError`] if none can be found, installed or started.
    pub async fn given_or_own(url: Option<String>) -> Result<Self, ServerError> {
        if let Some(url) = url {
            return Ok(Self { url, own: None });
        }
        let own = Server::builder().jetstream().start().await?;
        Ok(Self { url: own.client_url(), own: Some(own) })
    }

    /// Where to connect.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whose it is and where, without credentials.
    #[must_use]
    pub fn describe(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("nats", &self.url));
        let place = rest.rsplit('@').next().unwrap_or_default();
        let whose = if self.own.is_some() { "a server of its own" } else { "the server" };
        format!("{whose} at {scheme}://{place}")
    }
}
