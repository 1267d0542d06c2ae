//! A request that waits for its reply.

use std::task::{Context, Poll, Waker};

use crate::protocol::Message;

/// What a request waits for, and where it stands in the outgoing stream.
#[derive(Debug)]
pub(crate) struct Waiter {
    /// The position behind its frame; 0 when it is not known any more.
    position: u64,
    waker: Option<Waker>,
    outcome: Option<Outcome>,
}

/// How a request ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// By a reply.
    Reply(Message),
    /// Its connection was lost after the request was written.
    Disconnected,
    /// The server does not permit the subject.
    Denied,
    /// The client was closed.
    Closed,
}

impl Waiter {
    pub(crate) const fn new() -> Self {
        Self { position: 0, waker: None, outcome: None }
    }

    pub(super) const fn sent(&mut self, position: u64) {
        self.position = position;
    }

    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Ends the request; whoever waits must be woken.
    pub(super) fn end(&mut self, outcome: Outcome) -> Option<Waker> {
        self.outcome.get_or_insert(outcome);
        self.waker.take()
    }

    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<Outcome> {
        match self.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                match &mut self.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    none => *none = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}
