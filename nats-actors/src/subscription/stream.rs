//! A subscription as a stream of messages.

use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use super::handle::SubscriptionHandle;
use super::spawn::Interested;
use crate::connection::SubscriptionStatistics;
use crate::error::{Error, ErrorKind};
use crate::protocol::Message;
use crate::session::Taken;

/// The messages of one interest, in the order in which the server sent them. Dropping it unsubscribes.
///
/// It survives reconnects. It ends (`None`) when it was unsubscribed or drained, when its `max_messages` have come, when
/// the client is closed, or by a fault, which [`error`](SubscriptionHandle::error) tells.
///
/// It is a [`SubscriptionHandle`] and a [`Stream`]: what can be asked of every subscription stands there.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// let mut orders = client.subscribe("orders.*").await?;
/// let mut batch = Vec::new();
/// while orders.next_batch(&mut batch, 256).await > 0 {
///     for order in batch.drain(..) {
///         println!("{}: {} B", order.subject(), order.payload().len());
///     }
/// }
/// if let Some(error) = orders.error() {
///     return Err(error);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping the subscription unsubscribes"]
pub struct Subscription {
    handle: SubscriptionHandle,
    taken: Taken,
}

impl Deref for Subscription {
    type Target = SubscriptionHandle;

    fn deref(&self) -> &SubscriptionHandle {
        &self.handle
    }
}

impl Subscription {
    pub(crate) fn new(inner: Interested) -> Self {
        Self { handle: SubscriptionHandle::new(inner), taken: Taken::default() }
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

    /// The next message, if one comes within `limit`; `None` when nothing will come any more.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](ErrorKind::TimedOut); the fault that ended the subscription; and [`Closed`](ErrorKind::Closed) when the
    /// client was closed, also meanwhile.
    ///
    /// # Cancel safety
    ///
    /// No message is lost when the future is dropped.
    pub async fn next_within(&mut self, limit: Duration) -> Result<Option<Message>, Error> {
        match tokio::time::timeout(limit, self.next()).await {
            Ok(Some(message)) => Ok(Some(message)),
            Ok(None) => match self.error() {
                Some(error) => Err(error),
                None if self.handle.inner.connection.shared().is_closed() => {
                    Err(Error::new(ErrorKind::Closed).on(self.subject()))
                }
                None => Ok(None),
            },
            Err(_) => Err(Error::new(ErrorKind::TimedOut).on(self.subject())),
        }
    }

    /// Messages that wait to be taken.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.statistics().pending_messages
    }

    /// What came to it so far, and how much waited.
    #[must_use]
    pub fn statistics(&self) -> SubscriptionStatistics {
        let mut statistics = self.handle.statistics();
        // Messages move here in batches, and are the reader's only when they leave.
        statistics.delivered -= self.taken.len() as u64;
        statistics.pending_messages += self.taken.len();
        statistics.pending_bytes += self.taken.bytes_left();
        statistics
    }

    fn poll_message(&mut self, cx: &Context<'_>) -> Poll<Option<Message>> {
        if self.taken.is_empty() {
            match self.handle.inner.queue.poll_take(cx, &mut self.taken, usize::MAX) {
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
            self.handle.inner.queue.came_back(&mut self.taken);
        }
    }
}

impl Stream for Subscription {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        self.poll_message(cx)
    }
}
