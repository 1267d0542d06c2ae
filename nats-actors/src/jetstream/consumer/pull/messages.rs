//! The messages of a consumer, as a stream of deliveries.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::control::MessagesControl;
use super::shared::{Ending, Shared};
use crate::jetstream::{Delivery, Error};

/// The messages of a consumer, delivered one after the other.
///
/// A supervised actor keeps them coming: it asks for as many as may be in flight and are not, sees
/// that the server is alive, and recovers from what can be recovered from. Connections may come
/// and go meanwhile. It ends after an error, which is the last item but one: with
/// [`Closed`](crate::jetstream::ErrorKind::Closed) when the client is closed, with
/// [`ConsumerDeleted`](crate::jetstream::ErrorKind::ConsumerDeleted) or
/// [`StreamDeleted`](crate::jetstream::ErrorKind::StreamDeleted) by policy, with
/// [`PullRefused`](crate::jetstream::ErrorKind::PullRefused) when the server refuses for good; and
/// without an error when it was stopped or drained.
///
/// A buffered message whose lease has run out is not handed out: somebody else may have it.
///
/// Dropping this is a [`stop`](MessagesControl::stop) in the background: what is buffered goes back
/// to the server at once.
///
/// ```no_run
/// # async fn example(billing: nats_actors::jetstream::Consumer) -> Result<(), Box<dyn std::error::Error>> {
/// let mut messages = billing.messages().max_in_flight(64).await?;
/// while let Some(delivery) = messages.next().await {
///     let delivery = delivery?;
///     println!("{} {:?}", delivery.subject(), delivery.payload());
///     delivery.ack().await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Messages {
    pub(super) shared: Arc<Shared>,
}

impl Messages {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The next delivery; `None` when nothing will come any more.
    ///
    /// # Errors
    ///
    /// Why nothing will come any more, once; `None` follows.
    ///
    /// # Cancel safety
    ///
    /// No message is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Delivery, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for at least one delivery, then moves up to `max` of those that are there to `to`.
    ///
    /// Returns how many it moved; 0 means that nothing will come any more (or that `max` is 0).
    ///
    /// # Errors
    ///
    /// Why nothing will come any more, once.
    ///
    /// # Cancel safety
    ///
    /// No message is lost when the future is dropped.
    pub async fn next_batch(&mut self, to: &mut Vec<Delivery>, max: usize) -> Result<usize, Error> {
        if max == 0 {
            return Ok(0);
        }
        let Some(first) = self.next().await else { return Ok(0) };
        to.push(first?);
        let mut count = 1;
        while count < max
            && let Some(delivery) = self.buffered()
        {
            to.push(delivery);
            count += 1;
        }
        Ok(count)
    }

    /// A handle to stop, drain and watch this from elsewhere.
    #[must_use]
    pub fn control(&self) -> MessagesControl {
        MessagesControl::new(Arc::clone(&self.shared))
    }

    /// A delivery that is here already.
    fn buffered(&self) -> Option<Delivery> {
        while let Some((message, at)) = self.shared.buffer.try_next() {
            if let Some(delivery) = Delivery::from_arrival((message, at), &self.shared) {
                return Some(delivery);
            }
        }
        None
    }

    fn poll_delivery(&self, cx: &Context<'_>) -> Poll<Option<Result<Delivery, Error>>> {
        loop {
            let arrival = match ready!(self.shared.buffer.poll_next(cx)) {
                Some(Ok(arrival)) => arrival,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            };
            if let Some(delivery) = Delivery::from_arrival(arrival, &self.shared) {
                return Poll::Ready(Some(Ok(delivery)));
            }
        }
    }
}

impl Stream for Messages {
    type Item = Result<Delivery, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_delivery(cx)
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        self.shared.order(Ending::Stop);
    }
}
