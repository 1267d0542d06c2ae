//! Asking for one reply.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

use super::handle::Client;
use crate::connection::{Outbound, Outcome, Refusal, RequestRefusal, Shared};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Headers, Message, Payload, Status, check_subject};
use crate::session::Token;

/// A request about to be sent; `.await` sends it and waits for the reply.
///
/// All requests of a client share one reply subscription.
///
/// # Errors
///
/// [`NoResponders`](ErrorKind::NoResponders) at once when nobody listens; [`TimedOut`](ErrorKind::TimedOut);
/// [`Disconnected`](ErrorKind::Disconnected) at once when the connection is lost after the request was written, which
/// [`maybe_executed`](Error::maybe_executed) then tells; [`Denied`](ErrorKind::Denied);
/// [`BadSubject`](ErrorKind::BadSubject), [`BadHeader`](ErrorKind::BadHeader),
/// [`PayloadTooLarge`](ErrorKind::PayloadTooLarge), [`OutboxFull`](ErrorKind::OutboxFull),
/// [`TooMany`](ErrorKind::TooMany) and [`Closed`](ErrorKind::Closed). A request that was not written when the connection
/// was lost waits for the next one, until its own timeout.
///
/// # Cancel safety
///
/// Dropping the future forgets the request and leaves nothing behind; the peer may still execute it.
#[derive(Debug)]
#[must_use = "a request does nothing until awaited"]
pub struct Request<'a> {
    client: &'a Client,
    subject: Cow<'a, str>,
    headers: Option<Headers>,
    payload: Payload<'a>,
    timeout: Option<Duration>,
    fault: Option<Error>,
}

impl<'a> Request<'a> {
    pub(super) const fn new(
        client: &'a Client,
        subject: Cow<'a, str>,
        payload: Payload<'a>,
    ) -> Self {
        Self { client, subject, headers: None, payload, timeout: None, fault: None }
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

    /// How long to wait for the reply. Default: the request timeout of the options.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    fn shared(&self) -> &'a Shared {
        self.client.connection().shared()
    }

    /// Sends it; `None` when the outbox has no room now.
    fn send(&mut self) -> Result<Option<Token>, Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        check_subject(&self.subject)
            .map_err(|error| self.error(ErrorKind::BadSubject).because(error))?;
        let outbound = Outbound {
            subject: &self.subject,
            reply: None,
            headers: self.headers.as_ref(),
            payload: &self.payload,
        };
        match self.shared().request(&outbound) {
            Ok(token) => Ok(Some(token)),
            Err(RequestRefusal::Outbox(Refusal::Full | Refusal::Ahead)) => Ok(None),
            Err(RequestRefusal::Outbox(Refusal::NoRoom)) => Err(self.error(ErrorKind::OutboxFull)),
            Err(RequestRefusal::Outbox(Refusal::Disconnected)) => {
                Err(self.error(ErrorKind::Disconnected))
            }
            Err(RequestRefusal::Outbox(Refusal::Draining)) => Err(self.error(ErrorKind::Draining)),
            Err(RequestRefusal::Outbox(Refusal::Closed)) => Err(self.error(ErrorKind::Closed)),
            Err(RequestRefusal::Outbox(Refusal::TooLarge(max))) => Err(self
                .error(ErrorKind::PayloadTooLarge)
                .detail(format!("the server takes at most {max} bytes of headers and payload"))),
            Err(RequestRefusal::TooMany) => Err(self.error(ErrorKind::TooMany)),
        }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind).on(&*self.subject)
    }

    fn outcome(&self, outcome: Outcome) -> Result<Message, Error> {
        match outcome {
            Outcome::Reply(reply) if reply.control_code() == Some(Status::NO_RESPONDERS) => {
                Err(self.error(ErrorKind::NoResponders))
            }
            Outcome::Reply(reply) => Ok(reply),
            Outcome::Disconnected => Err(self.error(ErrorKind::Disconnected).maybe()),
            Outcome::Denied => Err(self.error(ErrorKind::Denied)),
            Outcome::Closed => Err(self.error(ErrorKind::Closed).maybe()),
        }
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Result<Message, Error>;
    type IntoFuture = RequestFuture<'a>;

    fn into_future(self) -> RequestFuture<'a> {
        let timeout = self.timeout.unwrap_or_else(|| self.shared().options.request_timeout);
        RequestFuture { request: self, waiting: None, room: None, timeout: sleep(timeout) }
    }
}

pin_project! {
    /// The future of a [`Request`].
    #[must_use = "a request does nothing until awaited"]
    pub struct RequestFuture<'a> {
        request: Request<'a>,
        waiting: Option<Waiting<'a>>,
        room: Option<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>,
        #[pin]
        timeout: Sleep,
    }
}

/// A request in flight; forgotten when dropped.
struct Waiting<'a> {
    shared: &'a Shared,
    token: Token,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.shared.forget_request(self.token);
    }
}

impl Future for RequestFuture<'_> {
    type Output = Result<Message, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if this.waiting.is_none() {
            let sent = ready!(poll_send(this.request, this.room, this.timeout.as_mut(), cx))?;
            *this.waiting = Some(Waiting { shared: this.request.shared(), token: sent });
        }
        let Some(Waiting { shared, token }) = this.waiting else { return Poll::Pending };
        if let Poll::Ready(outcome) = shared.poll_reply(cx, *token) {
            return Poll::Ready(this.request.outcome(outcome));
        }
        ready!(this.timeout.poll(cx));
        let error = this.request.error(ErrorKind::TimedOut);
        let maybe = shared.give_up_request(*token);
        Poll::Ready(Err(if maybe { error.maybe() } else { error }))
    }
}

/// Sends, or waits for room until the timeout.
fn poll_send<'a>(
    request: &mut Request<'a>,
    room: &mut Option<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>,
    mut timeout: Pin<&mut Sleep>,
    cx: &mut Context<'_>,
) -> Poll<Result<Token, Error>> {
    loop {
        if let Some(waiting) = room {
            if waiting.as_mut().poll(cx).is_pending() {
                ready!(timeout.as_mut().poll(cx));
                return Poll::Ready(Err(request.error(ErrorKind::OutboxFull)));
            }
            *room = None;
        }
        if let Some(token) = request.send()? {
            return Poll::Ready(Ok(token));
        }
        let mut notified = Box::pin(request.shared().outbox.room());
        notified.as_mut().enable();
        // Room that came between the attempt and here would be missed otherwise.
        if let Some(token) = request.send()? {
            return Poll::Ready(Ok(token));
        }
        *room = Some(notified);
    }
}

impl std::fmt::Debug for RequestFuture<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestFuture").field("request", &self.request).finish_non_exhaustive()
    }
}
