//! A request that waits for its reply.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::protocol::Message;
use crate::session::PendingLimits;

/// What a request waits for, and where it stands in the outgoing stream.
#[derive(Debug)]
pub(crate) struct Waiter {
    /// The position behind its frame; 0 when it is not known any more.
    position: u64,
    waker: Option<Waker>,
    outcome: Option<Outcome>,
    /// The replies of a request that takes many.
    many: Option<Box<Collected>>,
}

/// Replies that wait to be taken, in order.
#[derive(Debug)]
struct Collected {
    replies: VecDeque<Message>,
    bytes: usize,
    limits: PendingLimits,
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
    /// The replies came faster than they were taken.
    Overflowed,
}

impl Waiter {
    pub(crate) const fn new() -> Self {
        Self { position: 0, waker: None, outcome: None, many: None }
    }

    /// Waits for as many replies as come; so much of them may wait to be taken.
    pub(crate) fn many(limits: PendingLimits) -> Self {
        let collected = Collected { replies: VecDeque::new(), bytes: 0, limits };
        Self { many: Some(Box::new(collected)), ..Self::new() }
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

    /// Who waits, to be woken without an outcome.
    pub(super) const fn waker(&mut self) -> Option<Waker> {
        self.waker.take()
    }

    /// Takes a reply; whoever waits must be woken.
    #[inline]
    pub(super) fn reply(&mut self, message: Message) -> Option<Waker> {
        if self.many.is_none() { self.end(Outcome::Reply(message)) } else { self.collect(message) }
    }

    #[cold]
    fn collect(&mut self, message: Message) -> Option<Waker> {
        let collected = self.many.as_mut().filter(|_| self.outcome.is_none())?;
        let bytes = collected.bytes.saturating_add(message.wire_size());
        let Collected { replies, limits, .. } = &mut **collected;
        let full = replies.len() >= limits.messages || bytes > limits.bytes;
        if full && !replies.is_empty() {
            return self.end(Outcome::Overflowed);
        }
        replies.push_back(message);
        collected.bytes = bytes;
        self.waker.take()
    }

    /// Moves the replies that came to `to`, which must be empty; the end comes behind all of them.
    pub(super) fn poll_many(
        &mut self,
        cx: &Context<'_>,
        to: &mut VecDeque<Message>,
    ) -> Poll<Option<Outcome>> {
        match self.many.as_mut().filter(|collected| !collected.replies.is_empty()) {
            Some(collected) => {
                std::mem::swap(&mut collected.replies, to);
                collected.bytes = 0;
                Poll::Ready(None)
            }
            None => self.poll(cx).map(Some),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(number: u8) -> Message {
        Message::new("r", None, None, &[number])
    }

    fn poll(waiter: &mut Waiter) -> (Vec<u8>, Option<Outcome>) {
        let mut taken = VecDeque::new();
        let polled = waiter.poll_many(&Context::from_waker(Waker::noop()), &mut taken);
        let outcome = match polled {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => None,
        };
        (taken.iter().map(|message| message.payload()[0]).collect(), outcome)
    }

    #[test]
    fn the_first_reply_ends_a_request() {
        let mut waiter = Waiter::new();
        waiter.reply(reply(1));
        waiter.reply(reply(2));

        let polled = waiter.poll(&Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Outcome::Reply(first)) if first == reply(1)));
    }

    #[test]
    fn many_replies_come_before_the_end() {
        let mut waiter = Waiter::many(PendingLimits::default());
        waiter.reply(reply(1));
        waiter.reply(reply(2));
        waiter.end(Outcome::Disconnected);
        waiter.reply(reply(3));

        assert!(matches!(poll(&mut waiter), (taken, None) if taken == [1, 2]));
        assert!(
            matches!(poll(&mut waiter), (taken, Some(Outcome::Disconnected)) if taken.is_empty())
        );
    }

    #[test]
    fn too_many_replies_end_it_behind_what_had_room() {
        for limits in [PendingLimits::new(2, 1000), PendingLimits::new(1000, 4)] {
            let mut waiter = Waiter::many(limits);
            (1..=5).for_each(|number| drop(waiter.reply(reply(number))));

            assert!(matches!(poll(&mut waiter), (taken, None) if taken == [1, 2]));
            assert!(matches!(poll(&mut waiter), (_, Some(Outcome::Overflowed))));
        }
    }
}
