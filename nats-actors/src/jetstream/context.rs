//! JetStream, seen from a client.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::api::{self, ApiPrefix};
use super::observer::{Exchange, Observer};
use crate::client::Client;
use crate::jetstream::{AccountInfo, Error, ErrorKind};

/// The streams and consumers of one account, seen through one client.
///
/// Cheap to clone: a handle on the client and a few settings. Nothing is sent until an operation
/// is awaited.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use nats_actors::Client;
/// use nats_actors::jetstream::{ConsumerConfig, StreamConfig};
///
/// let client = Client::connect("nats://localhost:4222").await?;
/// let js = client.jetstream();
///
/// let orders = js.create_stream(StreamConfig::new("ORDERS").subjects(["orders.>"])).await?;
/// let ack = js.publish("orders.7.placed", "{}").message_id("7-placed").await?;
/// assert_eq!(ack.stream, "ORDERS");
///
/// let billing = orders.create_consumer(ConsumerConfig::durable("billing")).await?;
/// let mut messages = billing.messages().max_in_flight(256).await?;
/// while let Some(delivery) = messages.next().await {
///     let delivery = delivery?;
///     println!("{} {:?}", delivery.subject(), delivery.payload());
///     delivery.ack().await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct JetStream {
    client: Client,
    prefix: ApiPrefix,
    timeout: Duration,
    observer: Option<Observer>,
}

impl Client {
    /// The streams and consumers of this client's account.
    #[must_use]
    pub fn jetstream(&self) -> JetStream {
        JetStream {
            client: self.clone(),
            prefix: ApiPrefix::default(),
            timeout: Duration::from_secs(5),
            observer: None,
        }
    }
}

impl JetStream {
    /// Addresses the JetStream of a domain, through this server's connection to it.
    ///
    /// # Errors
    ///
    /// [`BadName`](ErrorKind::BadName) if it is not one subject token.
    pub fn domain(mut self, domain: impl AsRef<str>) -> Result<Self, Error> {
        self.prefix = ApiPrefix::domain(domain.as_ref())?;
        Ok(self)
    }

    /// Addresses a JetStream that another account exports under a prefix, in place of `$JS.API`.
    ///
    /// # Errors
    ///
    /// [`BadName`](ErrorKind::BadName) if it is not a literal subject.
    pub fn api_prefix(mut self, prefix: impl AsRef<str>) -> Result<Self, Error> {
        self.prefix = ApiPrefix::custom(prefix.as_ref())?;
        Ok(self)
    }

    /// How long an operation may wait for its answer. Default: 5 s. After it, the operation fails
    /// with [`TimedOut`](ErrorKind::TimedOut).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The client that everything goes through.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Asks what the account uses and may use.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](ErrorKind::Unavailable) if JetStream is off,
    /// [`TimedOut`](ErrorKind::TimedOut) and the like, or the server's refusal.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer.
    pub async fn account(&self) -> Result<AccountInfo, Error> {
        self.ask(self.prefix.account_info()).await
    }

    pub(super) fn with_observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    pub(crate) fn prefix(&self) -> &ApiPrefix {
        &self.prefix
    }

    pub(crate) fn default_timeout(&self) -> Duration {
        self.timeout
    }

    /// One request to the API, without a body.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, subject: String) -> Result<T, Error> {
        self.request(subject, Vec::new()).await
    }

    /// One request to the API.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        subject: String,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let body = serde_json::to_vec(body)
            .map_err(|error| Error::new(ErrorKind::BadConfig).because(error))?;
        self.request(subject, body).await
    }

    /// One request without a body, whose answer only says that it was done.
    pub(crate) async fn done(&self, subject: String) -> Result<(), Error> {
        self.ask(subject).await.and_then(Done::check)
    }

    /// One request whose answer only says that it was done.
    pub(crate) async fn done_with(
        &self,
        subject: String,
        body: &impl Serialize,
    ) -> Result<(), Error> {
        self.call(subject, body).await.and_then(Done::check)
    }

    async fn request<T: DeserializeOwned>(
        &self,
        subject: String,
        body: Vec<u8>,
    ) -> Result<T, Error> {
        let mut exchange = Exchange::begin(self.observer.as_ref(), &subject, &body);
        let request = self.client.request(subject.as_str(), body.as_slice()).timeout(self.timeout);
        let (answer, result) = match request.await {
            Ok(answer) => {
                let decoded = api::decode(answer.payload()).map_err(|error| error.on(&*subject));
                (Some(answer), decoded)
            }
            Err(error) => (None, Err(Error::from(error))),
        };
        exchange.end(answer.as_ref(), result.as_ref().err());
        result
    }
}

/// An answer that only says that something was done.
#[derive(Deserialize)]
struct Done {
    success: bool,
}

impl Done {
    fn check(self) -> Result<(), Error> {
        if self.success { Ok(()) } else { Err(Error::new(ErrorKind::BadResponse)) }
    }
}
