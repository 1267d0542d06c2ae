//! The client.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::close::{Close, Drain};
use super::connect::Connect;
use super::flush::Flush;
use super::publish::Publish;
use super::request::Request;
use super::request_many::RequestMany;
use super::sink::PublishSink;
use super::subscribe::Subscribe;
use crate::connection::{ConnectionHandle, Goal};
use crate::error::{Error, Unsent};
use crate::options::{ConnectOptions, IntoServers};
use crate::protocol::{Message, Payload};

/// A client of NATS: cheap to clone, all clones share one connection.
///
/// Every operation is a builder that does nothing until it is awaited. When the last clone and the last subscription are
/// dropped, what was accepted is still flushed (within the drain timeout of the options, while the runtime lives), then
/// the connection closes; [`close`](Self::close) and [`drain`](Self::drain) do it with a report.
///
/// It needs a tokio runtime with I/O and time: what is awaited outside of one panics.
///
/// ```no_run
/// use nats_actors::Client;
///
/// # async fn example() -> Result<(), nats_actors::Error> {
/// let client = Client::connect("nats://localhost:4222").await?;
/// let mut greetings = client.subscribe("greet.*").await?;
/// client.publish("greet.joe", "hello").await?;
///
/// let message = greetings.next().await.expect("the subscription goes on");
/// assert_eq!(message.payload(), b"hello");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    connection: Arc<ConnectionHandle>,
}

impl Client {
    /// Connects to one of `servers`, with the default [`ConnectOptions`].
    ///
    /// `servers` is an address, a text with several addresses and commas, or a list; see [`Connect`].
    pub fn connect(servers: impl IntoServers) -> Connect {
        ConnectOptions::new().connect(servers)
    }

    /// Publishes `payload` to `subject`; see [`Publish`].
    #[inline]
    pub fn publish<'a>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        payload: impl Into<Payload<'a>>,
    ) -> Publish<'a> {
        Publish::new(self, subject.into(), payload.into())
    }

    /// Publishes without ever waiting: a full outbox is an error.
    ///
    /// # Errors
    ///
    /// As [`Publish`], and [`OutboxFull`](crate::ErrorKind::OutboxFull) at once.
    #[inline]
    pub fn try_publish<'a>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<(), Error> {
        self.publish(subject, payload).try_send()
    }

    /// Answers `message` at its reply subject; see [`Publish`]. None of the headers of `message` are sent back.
    ///
    /// Awaiting it is the error [`NoReplySubject`](crate::ErrorKind::NoReplySubject) if `message` expects no answer.
    pub fn respond<'a>(
        &'a self,
        message: &'a Message,
        payload: impl Into<Payload<'a>>,
    ) -> Publish<'a> {
        Publish::response(self, message, payload.into())
    }

    /// Publishes a message as a whole: one that an error gave back, or one made with [`Unsent::new`]; see [`Publish`].
    pub fn publish_message(&self, message: Unsent) -> Publish<'_> {
        Publish::whole(self, message)
    }

    /// This client as a [`Sink`](futures_sink::Sink) of messages; see [`PublishSink`].
    #[must_use]
    pub fn sink(&self) -> PublishSink {
        PublishSink::new(self.clone())
    }

    /// Asks `subject` and waits for one reply; see [`Request`].
    #[inline]
    pub fn request<'a>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        payload: impl Into<Payload<'a>>,
    ) -> Request<'a> {
        Request::new(self, subject.into(), payload.into())
    }

    /// Asks everybody who listens to `subject` and takes many replies; see [`RequestMany`].
    pub fn request_many<'a>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        payload: impl Into<Payload<'a>>,
    ) -> RequestMany<'a> {
        RequestMany::new(self, subject.into(), payload.into())
    }

    /// Subscribes to `subject`, which may hold wildcards; see [`Subscribe`].
    pub fn subscribe<'a>(&'a self, subject: impl Into<Cow<'a, str>>) -> Subscribe<'a> {
        Subscribe::new(self, subject.into())
    }

    /// Waits until the server has processed everything accepted before; see [`Flush`].
    pub fn flush(&self) -> Flush<'_> {
        Flush::new(self)
    }

    /// Ends all subscriptions without losing what was sent to them, flushes, closes; see [`Drain`].
    pub fn drain(&self) -> Drain<'_> {
        Drain::new(self)
    }

    /// Flushes, then closes; see [`Close`].
    pub fn close(&self) -> Close<'_> {
        Close::new(self)
    }

    /// A subject that nobody else uses, for replies: the inbox prefix of the options, a dot, and a NUID. Nothing is
    /// subscribed by it.
    #[must_use]
    pub fn new_inbox(&self) -> String {
        self.connection.shared().new_inbox()
    }

    /// How long the server takes to answer a PING sent behind everything accepted before.
    ///
    /// # Errors
    ///
    /// As [`Flush`], after the drain timeout of the options.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn rtt(&self) -> Result<Duration, Error> {
        let begin = std::time::Instant::now();
        self.flush().await?;
        Ok(begin.elapsed())
    }

    /// Leaves the present server and connects again at once, to another one if there is one; a client that waits for its
    /// next attempt does not wait any more.
    ///
    /// Called while an attempt is under way, it changes nothing. With [`ReconnectPolicy::never`] the client closes.
    ///
    /// [`ReconnectPolicy::never`]: crate::ReconnectPolicy::never
    pub fn force_reconnect(&self) {
        self.connection.reconnect();
    }

    /// Moves to another server while the present one still serves, as the client does by itself when a server announces
    /// that it will shut down: no request fails, no publish is in doubt, and no subscription misses or repeats a message.
    ///
    /// Returns at once; [`Event::Moved`](crate::Event::Moved) tells when it is done. The client stays where it is while no
    /// other server accepts it. Nothing happens while it is disconnected or moving already.
    pub fn move_to_another_server(&self) {
        self.connection.move_to(Goal::Other);
    }

    /// Whether the client was connected all the time since the connection of `epoch`.
    #[cfg(feature = "jetstream")]
    pub(crate) fn is_unbroken_since(&self, epoch: u64) -> bool {
        self.connection.shared().is_unbroken_since(epoch)
    }

    /// How long a request waits, unless it says otherwise.
    pub(crate) fn request_timeout(&self) -> Duration {
        self.connection.shared().options.request_timeout
    }

    pub(super) const fn from_connection(connection: Arc<ConnectionHandle>) -> Self {
        Self { connection }
    }

    pub(super) const fn connection(&self) -> &Arc<ConnectionHandle> {
        &self.connection
    }
}
