//! A subscription as a stream of messages.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::handle::drain;
use super::spawn::Interested;
use crate::error::Error;
use crate::protocol::Message;
use crate::session::Taken;

/// The messages of one interest, in the order in which the server sent them. Dropping it unsubscribes.
///
/// It survives reconnects. It ends (`None`) when it was unsubscribed or drained, when its `max_messages` have come, when
/// the client is closed, or by a fault, which [`error`](Self::error) tells.
#[derive(Debug)]
#[must_use = "dropping the subscription unsubscribes"]
pub struct Subscription {
    inner: Interested,
    taken: Taken,
}

impl Subscription {
    pub(crate) fn new(inner: Interested) -> Self {
        Self { inner, taken: Taken::default() }
    }

    /// The next message; `None` when nothing will come any more.
    ///
    /// # Cancel safety
    ///
    /// No message is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Message> {
        std::future::poll_fn(|cx| self.poll_message(cx)).await
    }

    /// Waits for at least one message, then moves up to `max` of those that are there to `to`.
    ///
    /// Returns how many it moved; 0 means that nothing will come any more (or that `max` is 0).
    ///
    /// # Cancel safety
    ///
    /// No message is lost when the future is dropped.
    pub async fn next_batch(&mut self, to: &mut Vec<Message>, max: usize) -> usize {
        if max == 0 {
            return 0;
        }
        let Some(first) = self.next().await else { return 0 };
        to.push(first);
        let more = self.taken.len().min(max - 1);
        if more > 0 {
            to.extend(self.taken.by_ref().take(more));
            self.is_used_up();
        }
        more + 1
    }

    /// What it listens to.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.inner.queue.subject()
    }

    /// Messages that wait to be taken.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.taken.len() + self.inner.queue.counts().0
    }

    /// Messages dropped because they were not taken in time, since the subscription began.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.inner.queue.counts().2
    }

    /// Why the subscription ended, if a fault ended it.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.inner.queue.error()
    }

    /// Ends the subscription at once; what waits can still be taken.
    pub fn unsubscribe(&self) {
        self.inner.connection.shared().unsubscribe(self.inner.sid);
    }

    /// Tells the server to stop and waits until everything that it had sent is here; then the stream ends behind it.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](crate::ErrorKind::TimedOut) when that takes longer than the drain timeout of the options,
    /// [`Disconnected`](crate::ErrorKind::Disconnected) when the connection is lost meanwhile, and
    /// [`Closed`](crate::ErrorKind::Closed). What has arrived can be taken in any case.
    ///
    /// # Cancel safety
    ///
    /// Once begun, the drain goes on when the future is dropped.
    pub async fn drain(&self) -> Result<(), Error> {
        drain(&self.inner).await
    }

    fn poll_message(&mut self, cx: &Context<'_>) -> Poll<Option<Message>> {
        if self.taken.is_empty() {
            match self.inner.queue.poll_take(cx, &mut self.taken, usize::MAX) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
        let message = self.taken.pop_front();
        self.is_used_up();
        Poll::Ready(message)
    }

    /// What was taken from the queue and given on is not pending any more, whether or not somebody asks for the next one.
    #[inline]
    fn is_used_up(&mut self) {
        if self.taken.is_empty() {
            self.inner.queue.came_back(&mut self.taken);
        }
    }
}

impl Stream for Subscription {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.poll_message(cx)
    }
}
