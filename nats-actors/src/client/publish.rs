//! Publishing.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use serde::Serialize;

use super::check::{check, is_plain};
use super::confirmed::ConfirmedPublish;
use super::draft::{Draft, message_setters};
use super::handle::Client;
use super::propagation::add_trace;
use crate::codec::{Encodes, Json};
use crate::connection::{Refusal, deadline_in};
use crate::error::{Error, ErrorKind, Unsent};
use crate::protocol::{Headers, Message, Payload};

/// A message about to be published; `.await` hands it to the connection.
///
/// It is accepted, not confirmed, when the future ends: [`flush`](Client::flush) waits for the server, and
/// [`Event::PublishLoss`](crate::Event::PublishLoss) reports what a lost connection left in doubt. While the client is
/// disconnected, messages are kept for the next server, as far as the outbox has room.
///
/// # Errors
///
/// [`BadSubject`](ErrorKind::BadSubject), [`BadHeader`](ErrorKind::BadHeader),
/// [`PayloadTooLarge`](ErrorKind::PayloadTooLarge), [`HeadersUnsupported`](ErrorKind::HeadersUnsupported),
/// [`Codec`](ErrorKind::Codec), [`NoReplySubject`](ErrorKind::NoReplySubject) when responding, [`Draining`](ErrorKind::Draining),
/// [`Closed`](ErrorKind::Closed), and [`OutboxFull`](ErrorKind::OutboxFull) at the deadline. While there is no server,
/// [`Disconnected`](ErrorKind::Disconnected) or [`OutboxFull`](ErrorKind::OutboxFull) at once where
/// [`disconnect_buffer`](crate::ConnectOptions::disconnect_buffer) says so. Nothing was sent then, and
/// [`into_unsent`](Error::into_unsent) gives the message back, unless it could not be built: a header that is not legal,
/// a value that has no form, nowhere to respond to.
///
/// A subject that the server denies is not an error here, since the server says so later: it is an
/// [`Event::ServerError`](crate::Event::ServerError), and an error of [`confirmed`](Self::confirmed).
///
/// # Cancel safety
///
/// A future that is dropped before it ended has published nothing.
///
/// # Cost
///
/// One copy of the payload into the outbox and no allocation. Payloads from 32 KiB on that are given as
/// [`Bytes`](bytes::Bytes) are not copied.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use std::time::Duration;
/// use nats_actors::ErrorKind;
///
/// let sent = client.publish("orders.new", "42").header("Lang", "en").deadline(Duration::from_millis(50)).await;
/// match sent {
///     Err(error) if error.kind() == ErrorKind::OutboxFull => {
///         let message = error.into_unsent().expect("it was not sent");
///         client.publish_message(message).await // later, or elsewhere
///     }
///     sent => sent,
/// }
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a publish does nothing until awaited"]
pub struct Publish<'a> {
    client: &'a Client,
    draft: Draft<'a>,
    deadline: Option<Duration>,
}

impl<'a> Publish<'a> {
    #[inline]
    pub(super) const fn new(
        client: &'a Client,
        subject: Cow<'a, str>,
        payload: Payload<'a>,
    ) -> Self {
        Self { client, draft: Draft::new(subject, payload), deadline: None }
    }

    /// The answer to `message`; it carries none of the headers of `message`.
    pub(super) fn response(client: &'a Client, message: &'a Message, payload: Payload<'a>) -> Self {
        let mut publish = Self::new(client, message.reply().unwrap_or_default().into(), payload);
        if message.reply().is_none() {
            publish.draft.fail(Error::new(ErrorKind::NoReplySubject).on(message.subject()));
        }
        publish
    }

    pub(super) fn whole(client: &'a Client, message: Unsent) -> Self {
        Self { client, draft: message.into(), deadline: None }
    }

    message_setters!(draft);

    /// Says where an answer is expected. Default: nowhere.
    pub fn reply_to(mut self, subject: impl Into<Cow<'a, str>>) -> Self {
        self.draft.reply_to(subject.into());
        self
    }

    /// How long to wait for room in the outbox. Default: the publish timeout of the options.
    pub const fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Waits until the server has taken the message, which it may deny; see [`ConfirmedPublish`].
    ///
    /// The deadline is for all of it then.
    pub fn confirmed(self) -> ConfirmedPublish<'a> {
        let limit = self.limit();
        ConfirmedPublish::new(self, limit)
    }

    pub(super) const fn client(&self) -> &'a Client {
        self.client
    }

    pub(super) fn subject(&self) -> &str {
        &self.draft.subject
    }

    pub(super) fn reply(&self) -> Option<&str> {
        self.draft.reply.as_deref()
    }

    fn limit(&self) -> Duration {
        let timeout = self.client.connection().shared().options.publish_timeout;
        self.deadline.unwrap_or(timeout)
    }

    /// Publishes now or not at all.
    ///
    /// # Errors
    ///
    /// As for awaiting it, and [`OutboxFull`](ErrorKind::OutboxFull) at once.
    pub fn try_send(mut self) -> Result<(), Error> {
        if self.is_traced() {
            self.add_trace();
        }
        match self.attempt(false)? {
            Attempt::Accepted => Ok(()),
            Attempt::Ahead | Attempt::Full => Err(self.unsent(ErrorKind::OutboxFull)),
        }
    }

    #[inline]
    fn is_traced(&self) -> bool {
        self.client.connection().shared().options.propagator.is_some()
    }

    /// Once for each message, before the first attempt.
    #[cold]
    fn add_trace(&mut self) {
        let shared = self.client.connection().shared();
        if let Some(propagator) = &shared.options.propagator {
            add_trace(shared, propagator, &mut self.draft);
        }
    }

    /// The first attempt; nothing if there has to be another.
    #[inline]
    fn begin(&mut self) -> Option<Result<(), Error>> {
        match self.attempt(true) {
            Ok(Attempt::Accepted) => Some(Ok(())),
            Ok(Attempt::Ahead | Attempt::Full) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Apart from the other, so that a message without a trace costs no more than to see that.
    #[cold]
    fn begin_traced(&mut self) -> Option<Result<(), Error>> {
        self.add_trace();
        self.begin()
    }

    #[inline]
    fn attempt(&mut self, polite: bool) -> Result<Attempt, Error> {
        let Draft { subject, reply, .. } = &self.draft;
        if self.draft.has_failed() || !is_plain(subject, reply.as_deref()) {
            self.check()?;
        }
        match self.client.connection().shared().outbox.publish(&self.draft.outbound(), polite) {
            Ok(()) => Ok(Attempt::Accepted),
            Err(Refusal::Ahead) => Ok(Attempt::Ahead),
            Err(Refusal::Full) => Ok(Attempt::Full),
            Err(Refusal::NoRoom) => Err(self.unsent(ErrorKind::OutboxFull)),
            Err(Refusal::Disconnected) => Err(self.unsent(ErrorKind::Disconnected)),
            Err(Refusal::Draining) => Err(self.unsent(ErrorKind::Draining)),
            Err(Refusal::Closed) => Err(self.unsent(ErrorKind::Closed)),
            Err(Refusal::NoHeaders) => Err(self.unsent(ErrorKind::HeadersUnsupported)),
            Err(Refusal::TooLarge(max)) => Err(self
                .unsent(ErrorKind::PayloadTooLarge)
                .detail(format!("the server takes at most {max} bytes of headers and payload"))),
        }
    }

    /// What could not be built is not given back.
    #[cold]
    fn check(&mut self) -> Result<(), Error> {
        if let Some(fault) = self.draft.take_fault() {
            return Err(fault);
        }
        let checked = check(self.client.connection().shared(), &self.draft.outbound());
        checked.map_err(|error| error.unsent(self.draft.take()))
    }

    #[cold]
    fn unsent(&mut self, kind: ErrorKind) -> Error {
        Error::new(kind).on(&*self.draft.subject).unsent(self.draft.take())
    }

    /// Waits for room, and tries again whenever there may be some.
    async fn wait(mut self) -> Result<(), Error> {
        let shared = self.client.connection().shared().clone();
        let deadline = deadline_in(self.limit());
        loop {
            let mut room = pin!(shared.outbox.room());
            room.as_mut().enable();
            if let Attempt::Accepted = self.attempt(false)? {
                return Ok(());
            }
            if tokio::time::timeout_at(deadline, room).await.is_err() {
                return Err(self.unsent(ErrorKind::OutboxFull));
            }
        }
    }
}

enum Attempt {
    Accepted,
    Ahead,
    Full,
}

impl<'a> IntoFuture for Publish<'a> {
    type Output = Result<(), Error>;
    type IntoFuture = PublishFuture<'a>;

    #[inline]
    fn into_future(self) -> PublishFuture<'a> {
        PublishFuture { stage: Stage::New(self) }
    }
}

/// The future of a [`Publish`].
#[must_use = "a publish does nothing until awaited"]
pub struct PublishFuture<'a> {
    stage: Stage<'a>,
}

enum Stage<'a> {
    New(Publish<'a>),
    /// The writer got a chance to run; now it is published.
    Yielded(Publish<'a>),
    Over,
    Waiting(Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>),
}

impl Future for PublishFuture<'_> {
    type Output = Result<(), Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if let Stage::New(publish) = &mut self.stage {
            // Here, and not before: a message whose address is taken is moved once more.
            let ended = if publish.is_traced() { publish.begin_traced() } else { publish.begin() };
            if let Some(ended) = ended {
                return Poll::Ready(ended);
            }
        }
        self.poll_slowly(cx)
    }
}

impl PublishFuture<'_> {
    #[cold]
    fn poll_slowly(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::New(publish) => {
                self.stage = Stage::Yielded(publish);
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Stage::Yielded(publish) => self.stage = Stage::Waiting(Box::pin(publish.wait())),
            waiting => self.stage = waiting,
        }
        match &mut self.stage {
            Stage::Waiting(waiting) => waiting.as_mut().poll(cx),
            _ => Poll::Pending,
        }
    }
}

impl std::fmt::Debug for PublishFuture<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PublishFuture").finish_non_exhaustive()
    }
}
