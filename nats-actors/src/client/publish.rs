//! Publishing.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use serde::Serialize;

use super::check::{check, encode, is_plain};
use super::handle::Client;
use super::propagation::add_trace;
use crate::codec::{Encodes, Json};
use crate::connection::{Outbound, Refusal, deadline_in};
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
/// [`Codec`](ErrorKind::Codec), [`NoReplySubject`](ErrorKind::NoReplySubject) when responding, [`Closed`](ErrorKind::Closed), and
/// [`OutboxFull`](ErrorKind::OutboxFull) at the deadline. Nothing was sent then, and
/// [`into_unsent`](Error::into_unsent) gives the message back.
///
/// # Cancel safety
///
/// A future that is dropped before it ended has published nothing.
///
/// # Cost
///
/// One copy of the payload into the outbox and no allocation. Payloads from 32 KiB on that are given as
/// [`Bytes`](bytes::Bytes) are not copied.
#[derive(Debug)]
#[must_use = "a publish does nothing until awaited"]
pub struct Publish<'a> {
    client: &'a Client,
    subject: Cow<'a, str>,
    reply: Option<Cow<'a, str>>,
    headers: Option<Headers>,
    payload: Payload<'a>,
    deadline: Option<Duration>,
    fault: Option<Error>,
}

impl<'a> Publish<'a> {
    #[inline]
    pub(super) const fn new(
        client: &'a Client,
        subject: Cow<'a, str>,
        payload: Payload<'a>,
    ) -> Self {
        Self { client, subject, reply: None, headers: None, payload, deadline: None, fault: None }
    }

    /// The answer to `message`; it carries none of the headers of `message`.
    pub(super) fn response(client: &'a Client, message: &'a Message, payload: Payload<'a>) -> Self {
        let mut publish = Self::new(client, message.reply().unwrap_or_default().into(), payload);
        if message.reply().is_none() {
            publish.fault = Some(Error::new(ErrorKind::NoReplySubject).on(message.subject()));
        }
        publish
    }

    pub(super) fn whole(client: &'a Client, message: Unsent) -> Self {
        let Unsent { subject, reply, headers, payload } = message;
        let mut publish = Self::new(client, subject.into(), payload.into());
        publish.reply = reply.map(Cow::Owned);
        publish.headers = headers;
        publish
    }

    /// Adds a header; a name may be added several times.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let headers = self.headers.get_or_insert_with(Headers::new);
        if let Err(error) = headers.append(name, value.as_ref()) {
            let fault = || Error::new(ErrorKind::BadHeader).on(&*self.subject).because(error);
            self.fault.get_or_insert_with(fault);
        }
        self
    }

    /// Takes these headers instead of what was added before.
    pub fn headers(mut self, headers: Headers) -> Self {
        self.headers = Some(headers);
        self
    }

    /// Says where an answer is expected.
    pub fn reply_to(mut self, subject: impl Into<Cow<'a, str>>) -> Self {
        self.reply = Some(subject.into());
        self
    }

    /// Takes `value` as JSON for the payload; see [`Json`].
    ///
    /// Awaiting it is the error [`Codec`](ErrorKind::Codec) if the value has no form in JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        self.encoded::<Json, T>(value)
    }

    /// Takes `value`, written by the codec `C`, for the payload.
    ///
    /// Awaiting it is the error [`Codec`](ErrorKind::Codec) if the value has no form in this codec.
    pub fn encoded<C: Encodes<T>, T: ?Sized>(mut self, value: &T) -> Self {
        match encode::<C, T>(value, &self.subject) {
            Ok(payload) => self.payload = payload,
            Err(error) => drop(self.fault.get_or_insert(error)),
        }
        self
    }

    /// How long to wait for room in the outbox. Default: the publish timeout of the options.
    pub const fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Publishes now or not at all.
    ///
    /// # Errors
    ///
    /// As for awaiting it, and [`OutboxFull`](ErrorKind::OutboxFull) at once.
    pub fn try_send(mut self) -> Result<(), Error> {
        self.add_trace();
        match self.attempt(false)? {
            Attempt::Accepted => Ok(()),
            Attempt::Ahead | Attempt::Full => Err(self.unsent(ErrorKind::OutboxFull)),
        }
    }

    /// Once for each message, before the first attempt.
    #[inline]
    fn add_trace(&mut self) {
        let shared = self.client.connection().shared();
        if let Some(propagator) = &shared.options.propagator {
            let payload = self.payload.as_slice();
            add_trace(shared, propagator, &self.subject, payload, &mut self.headers);
        }
    }

    #[inline]
    fn attempt(&mut self, polite: bool) -> Result<Attempt, Error> {
        let outbound = Outbound {
            subject: &self.subject,
            reply: self.reply.as_deref(),
            headers: self.headers.as_ref(),
            payload: &self.payload,
        };
        let shared = self.client.connection().shared();
        if self.fault.is_some() || !is_plain(outbound.subject, outbound.reply) {
            match self.fault.take() {
                Some(fault) => return Err(fault),
                None => check(shared, &outbound)?,
            }
        }
        match shared.outbox.publish(&outbound, polite) {
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

    #[cold]
    fn unsent(&mut self, kind: ErrorKind) -> Error {
        let payload = std::mem::replace(&mut self.payload, Payload::Borrowed(&[]));
        Error::new(kind).on(&*self.subject).unsent(Unsent {
            subject: self.subject.to_string(),
            reply: self.reply.take().map(Cow::into_owned),
            headers: self.headers.take(),
            payload: payload.into_bytes(),
        })
    }

    /// Waits for room, and tries again whenever there may be some.
    async fn wait(mut self) -> Result<(), Error> {
        let shared = self.client.connection().shared().clone();
        let deadline = deadline_in(self.deadline.unwrap_or(shared.options.publish_timeout));
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
    fn into_future(mut self) -> PublishFuture<'a> {
        self.add_trace();
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
            match publish.attempt(true) {
                Ok(Attempt::Accepted) => return Poll::Ready(Ok(())),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(error)),
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
