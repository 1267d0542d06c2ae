//! The replies to a request to many.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep};

use super::end_reason::EndReason;
use crate::connection::{Asked, ConnectionHandle, Outcome};
use crate::protocol::{Message, Status};

/// The replies to a [`RequestMany`](super::RequestMany), in the order in which they came, also as a
/// [`Stream`](futures_core::Stream). Dropping it ends the request.
#[must_use = "dropping the responses ends the request"]
pub struct Responses {
    connection: Arc<ConnectionHandle>,
    asked: Asked,
    taken: VecDeque<Message>,
    limits: Limits,
    sentinel: Sentinel,
    received: u64,
    clock: Clock,
    end: Option<EndReason>,
}

/// When to end without a sign from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) total: Duration,
    pub(super) stall: Option<Duration>,
    pub(super) max_messages: Option<u64>,
}

/// Which reply ends it.
pub(super) enum Sentinel {
    None,
    Empty,
    Ask(Box<dyn FnMut(&Message) -> bool + Send + Sync>),
}

/// Time that counts only while somebody waits.
struct Clock {
    left: Duration,
    since: Option<Instant>,
    sleep: Pin<Box<Sleep>>,
}

impl Responses {
    pub(super) fn new(
        connection: Arc<ConnectionHandle>,
        asked: Asked,
        limits: Limits,
        sentinel: Sentinel,
    ) -> Self {
        let sleep = Box::pin(sleep(limits.total));
        let clock = Clock { left: limits.total, since: None, sleep };
        let taken = VecDeque::new();
        Self { connection, asked, taken, limits, sentinel, received: 0, clock, end: None }
    }

    /// The next reply; `None` when it has ended.
    ///
    /// # Cancel safety
    ///
    /// No reply is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Message> {
        std::future::poll_fn(|cx| self.poll_response(cx)).await
    }

    /// All replies that are left, and why there are no more.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the request, and the replies that it has taken are lost.
    pub async fn all(mut self) -> (Vec<Message>, EndReason) {
        let mut all = Vec::new();
        while let Some(message) = self.next().await {
            all.push(message);
        }
        (all, self.end.unwrap_or(EndReason::Closed))
    }

    /// Why it ended; `None` while it goes on.
    #[must_use]
    pub const fn end_reason(&self) -> Option<EndReason> {
        self.end
    }

    fn poll_response(&mut self, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        loop {
            if self.end.is_some() {
                return Poll::Ready(None);
            }
            if let Some(message) = self.taken.pop_front() {
                self.clock.stop();
                return Poll::Ready(self.accept(message));
            }
            let shared = self.connection.shared();
            match shared.poll_replies(cx, self.asked, &mut self.taken) {
                Poll::Ready(None) => continue,
                Poll::Ready(Some(outcome)) => self.finish(reason(&outcome)),
                Poll::Pending => {
                    let stall = self.limits.stall.filter(|_| self.received > 0);
                    ready!(self.clock.poll(stall, cx));
                    self.clock.stop();
                    let over = self.clock.left.is_zero() || stall.is_none();
                    self.finish(if over { EndReason::Timeout } else { EndReason::Stall });
                }
            }
        }
    }

    /// Counts a reply; `None` if it is not for the caller, because it ends the responses.
    fn accept(&mut self, message: Message) -> Option<Message> {
        if let Some(code) = message.control_code() {
            self.finish(match code {
                Status::NO_RESPONDERS => EndReason::NoResponders,
                code => EndReason::Status(code),
            });
            return None;
        }
        self.received += 1;
        let goes_on = match &mut self.sentinel {
            Sentinel::None => true,
            Sentinel::Empty if message.payload().is_empty() => {
                self.finish(EndReason::Sentinel);
                return None;
            }
            Sentinel::Empty => true,
            Sentinel::Ask(go_on) => go_on(&message),
        };
        if !goes_on {
            self.finish(EndReason::Sentinel);
        } else if self.limits.max_messages.is_some_and(|max| self.received >= max) {
            self.finish(EndReason::MaxMessages);
        }
        Some(message)
    }

    /// Nothing is waited for any more, at the server neither.
    fn finish(&mut self, reason: EndReason) {
        if self.end.is_none() {
            self.end = Some(reason);
            self.connection.shared().forget_request(self.asked);
        }
        self.taken = VecDeque::new();
    }
}

const fn reason(outcome: &Outcome) -> EndReason {
    match outcome {
        Outcome::Disconnected => EndReason::Disconnected,
        Outcome::Denied => EndReason::Denied,
        Outcome::Overflowed => EndReason::Overflow,
        Outcome::Closed | Outcome::Reply(_) => EndReason::Closed,
    }
}

impl Clock {
    /// Starts the clock, if it stands, and waits for its end: all time that is left, or the stall time before that.
    fn poll(&mut self, stall: Option<Duration>, cx: &mut Context<'_>) -> Poll<()> {
        if self.since.is_none() {
            let now = Instant::now();
            self.since = Some(now);
            match now.checked_add(stall.unwrap_or(self.left).min(self.left)) {
                Some(deadline) => self.sleep.as_mut().reset(deadline),
                None => self.sleep.set(sleep(Duration::MAX)),
            }
        }
        self.sleep.as_mut().poll(cx)
    }

    fn stop(&mut self) {
        if let Some(since) = self.since.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
    }
}

impl Stream for Responses {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.poll_response(cx)
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        self.finish(EndReason::Closed);
    }
}

impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses")
            .field("limits", &self.limits)
            .field("received", &self.received)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
