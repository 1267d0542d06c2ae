//! Asking for one reply.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use serde::Serialize;
use tokio::time::{Instant, Sleep, sleep_until};

use super::draft::message_setters;
use super::handle::Client;
use super::question::{Question, question_setters};
use super::request_again::RequestAgain;
use crate::codec::{Encodes, Json};
use crate::connection::{Asked, Outcome, PATIENT_FROM, Shared, Waiter, deadline_in};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Message, Payload, Status};

/// A request about to be sent; `.await` sends it and waits for the reply.
///
/// All requests of a client share one reply subscription, unless they ask for one of their own.
///
/// # Errors
///
/// [`NoResponders`](ErrorKind::NoResponders) at once when nobody listens; [`TimedOut`](ErrorKind::TimedOut);
/// [`Disconnected`](ErrorKind::Disconnected) at once when the connection is lost after the request was written, which
/// [`maybe_executed`](Error::maybe_executed) then tells; [`Denied`](ErrorKind::Denied);
/// [`BadSubject`](ErrorKind::BadSubject), [`BadHeader`](ErrorKind::BadHeader), [`Codec`](ErrorKind::Codec),
/// [`PayloadTooLarge`](ErrorKind::PayloadTooLarge), [`HeadersUnsupported`](ErrorKind::HeadersUnsupported),
/// [`OutboxFull`](ErrorKind::OutboxFull), [`TooMany`](ErrorKind::TooMany), [`Draining`](ErrorKind::Draining) and
/// [`Closed`](ErrorKind::Closed). A request that was not written when the connection was lost waits for the next one,
/// until its own timeout.
///
/// # Cancel safety
///
/// Dropping the future forgets the request and leaves nothing behind; the peer may still execute it.
///
/// # Panics
///
/// Awaited outside of a tokio runtime with time.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// use std::time::Duration;
/// use nats_actors::ErrorKind;
///
/// match client.request("greeter.joe.greet", "hello").timeout(Duration::from_millis(500)).await {
///     Ok(reply) => println!("{:?}", reply.payload()),
///     Err(error) if error.kind() == ErrorKind::NoResponders => println!("nobody is there"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a request does nothing until awaited"]
pub struct Request<'a> {
    question: Question<'a>,
    timeout: Option<Duration>,
}

impl<'a> Request<'a> {
    pub(super) fn new(client: &'a Client, subject: Cow<'a, str>, payload: Payload<'a>) -> Self {
        Self { question: Question::new(client, subject, payload), timeout: None }
    }

    question_setters!(question);

    /// How long to wait for the reply. Default: the request timeout of the options.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Waits for the reply however long it takes; a lost connection and a closed client still end the request.
    /// Default: the request timeout of the options.
    pub const fn no_timeout(self) -> Self {
        self.timeout(Duration::MAX)
    }

    /// Takes the reply at this subject, by a subscription of its own. Default: an inbox that nobody else knows.
    ///
    /// Everything that comes to the subject meanwhile counts as the reply. On the wire such a request is a publish like
    /// any other: when the connection is lost, [`Event::PublishLoss`](crate::Event::PublishLoss) counts it, too.
    pub fn reply_to(mut self, subject: impl Into<Cow<'a, str>>) -> Self {
        self.question.draft.reply_to(subject.into());
        self
    }

    /// Asks so many times altogether while nobody listens, with a pause before each new attempt. Default: once.
    pub const fn attempts(self, attempts: u32, delay: Duration) -> RequestAgain<'a> {
        RequestAgain::new(self, attempts, delay)
    }

    /// The same request once more, with this timeout.
    pub(super) fn again(&mut self, timeout: Duration) -> Self {
        Self { question: self.question.again(), timeout: Some(timeout) }
    }

    /// How long it may wait.
    pub(super) fn time(&self) -> Duration {
        self.timeout.unwrap_or_else(|| self.shared().options.request_timeout)
    }

    fn shared(&self) -> &'a Shared {
        self.question.shared()
    }

    /// Sends it; `None` when the outbox has no room now.
    fn send(&mut self) -> Result<Option<Asked>, Error> {
        self.question.send(Some(1), Waiter::new())
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        self.question.error(kind)
    }

    fn outcome(&self, outcome: Outcome) -> Result<Message, Error> {
        match outcome {
            Outcome::Reply(reply) if reply.control_code() == Some(Status::NO_RESPONDERS) => {
                Err(self.error(ErrorKind::NoResponders))
            }
            Outcome::Reply(reply) => Ok(reply),
            Outcome::Disconnected => Err(self.error(ErrorKind::Disconnected).maybe()),
            Outcome::Denied => Err(self.error(ErrorKind::Denied)),
            Outcome::Closed | Outcome::Overflowed => Err(self.error(ErrorKind::Closed).maybe()),
        }
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Result<Message, Error>;
    type IntoFuture = RequestFuture<'a>;

    fn into_future(self) -> RequestFuture<'a> {
        let time = self.time();
        let patient = time >= PATIENT_FROM;
        let timer = Timer { deadline: deadline_in(time), sleep: None };
        RequestFuture { request: self, patient, waiting: None, room: None, timer }
    }
}

pin_project! {
    /// The future of a [`Request`].
    #[must_use = "a request does nothing until awaited"]
    pub struct RequestFuture<'a> {
        request: Request<'a>,
        // Whether it sets its timer only when it is reminded of it.
        patient: bool,
        waiting: Option<Waiting<'a>>,
        room: Option<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>,
        #[pin]
        timer: Timer,
    }
}

pin_project! {
    /// A timer that is set when it is polled first.
    struct Timer {
        deadline: Instant,
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if this.sleep.is_none() {
            this.sleep.set(Some(sleep_until(*this.deadline)));
        }
        this.sleep.as_pin_mut().map_or(Poll::Pending, |sleep| sleep.poll(cx))
    }
}

/// A request in flight; forgotten when dropped.
struct Waiting<'a> {
    shared: &'a Shared,
    asked: Asked,
    ended: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.ended || self.asked.leaves_something() {
            self.shared.forget_request(self.asked);
        }
    }
}

impl Future for RequestFuture<'_> {
    type Output = Result<Message, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let reminded = *this.patient && this.waiting.is_none();
        if this.waiting.is_none() {
            let sent = ready!(poll_send(this.request, this.room, this.timer.as_mut(), cx))?;
            let shared = this.request.shared();
            *this.waiting = Some(Waiting { shared, asked: sent, ended: false });
        }
        let Some(Waiting { shared, asked, ended }) = this.waiting else { return Poll::Pending };
        if let Poll::Ready(outcome) = shared.poll_reply(cx, *asked) {
            *ended = true;
            return Poll::Ready(this.request.outcome(outcome));
        }
        if reminded && asked.is_reminded() {
            return Poll::Pending;
        }
        ready!(this.timer.poll(cx));
        let error = this.request.error(ErrorKind::TimedOut);
        let maybe = shared.give_up_request(*asked);
        Poll::Ready(Err(if maybe { error.maybe() } else { error }))
    }
}

/// Sends, or waits for room until the timeout.
fn poll_send<'a>(
    request: &mut Request<'a>,
    room: &mut Option<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>,
    mut timer: Pin<&mut Timer>,
    cx: &mut Context<'_>,
) -> Poll<Result<Asked, Error>> {
    loop {
        if let Some(waiting) = room {
            if waiting.as_mut().poll(cx).is_pending() {
                ready!(timer.as_mut().poll(cx));
                return Poll::Ready(Err(request.error(ErrorKind::OutboxFull)));
            }
            *room = None;
        }
        if let Some(asked) = request.send()? {
            return Poll::Ready(Ok(asked));
        }
        let mut notified = Box::pin(request.shared().outbox.room());
        notified.as_mut().enable();
        // Room that came between the attempt and here would be missed otherwise.
        if let Some(asked) = request.send()? {
            return Poll::Ready(Ok(asked));
        }
        *room = Some(notified);
    }
}

impl std::fmt::Debug for RequestFuture<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestFuture").field("request", &self.request).finish_non_exhaustive()
    }
}
