//! What every subscription can be asked, and how it ends.

use std::time::Duration;

use tokio::sync::oneshot;

use super::message::SubscriptionMsg;
use super::spawn::Interested;
use crate::connection::SubscriptionStatistics;
use crate::error::{Error, ErrorKind};
use crate::session::PendingLimits;

/// A subscription, to ask and to end it. Dropping it unsubscribes, and ends a delivery by itself: calls that are under way
/// are dropped, and what waits is not handled. [`drain`](Self::drain) first, to handle it all.
///
/// One that delivers by itself, to a handler or an actor, is this; a [`Subscription`](super::Subscription) is a stream
/// besides.
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
/// let logging = client.subscribe("log.>").for_each(8, |message| async move {
///     println!("{}", message.subject());
/// });
/// let logging = logging.await?;
/// println!("{:?}", logging.statistics());
/// logging.drain().await // everything that the server had sent was handled
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping the handle unsubscribes"]
pub struct SubscriptionHandle {
    pub(super) inner: Interested,
}

impl SubscriptionHandle {
    pub(crate) const fn new(inner: Interested) -> Self {
        Self { inner }
    }

    /// What it listens to.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.inner.queue.subject()
    }

    /// The queue group it is a member of, if it is in one.
    #[must_use]
    pub fn queue_group(&self) -> Option<&str> {
        self.inner.queue_group.as_deref()
    }

    /// The number that names it on the wire; no other subscription of the client ever has it.
    #[must_use]
    pub const fn sid(&self) -> u64 {
        self.inner.sid
    }

    /// What came to it so far, and how much waited.
    #[must_use]
    pub fn statistics(&self) -> SubscriptionStatistics {
        self.inner.queue.statistics()
    }

    /// Messages dropped because they were not taken in time, since the subscription began.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.statistics().dropped
    }

    /// Messages that wait for the handler or the actor; those that it works on do not count.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.statistics().pending_messages
    }

    /// Forgets the most that ever waited, but for what waits now.
    pub fn reset_max_pending(&self) {
        self.inner.queue.reset_max_pending();
    }

    /// Sets how much may wait from now on, in messages and bytes; what waits already stays.
    pub fn set_limits(&self, limits: PendingLimits) {
        self.inner.queue.set_limits(limits);
    }

    /// Why the subscription ended, if a fault ended it.
    ///
    /// A subject that the server does not permit ends it for good, also after a reconnect: permissions that changed need a
    /// new subscription.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.inner.queue.error()
    }

    /// Whether nothing will come any more; what waits may still have to be taken or handled.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.inner.queue.has_ended()
    }

    /// Waits until nothing will come any more.
    ///
    /// # Errors
    ///
    /// The fault that ended it, as [`error`](Self::error) tells.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn ended(&self) -> Result<(), Error> {
        self.inner.queue.ended().await;
        self.error().map_or(Ok(()), Err)
    }

    /// Ends the subscription at once; what waits can still be taken or is still handled.
    pub fn unsubscribe(&self) {
        self.inner.connection.shared().unsubscribe(self.inner.sid);
    }

    /// Ends the subscription behind `count` messages, counted since it began and over reconnects. If as many have come
    /// already, it ends at once.
    pub fn unsubscribe_after(&self, count: u64) {
        self.inner.connection.shared().unsubscribe_after(self.inner.sid, count);
    }

    /// Tells the server to stop and waits until everything that it had sent is here and, if this delivers by itself, was
    /// handled. What is here can be taken in any case; behind it the subscription has ended.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](ErrorKind::TimedOut) when that takes longer than the drain timeout of the options,
    /// [`Disconnected`](ErrorKind::Disconnected) when the connection is lost meanwhile, and
    /// [`Closed`](ErrorKind::Closed).
    ///
    /// # Cancel safety
    ///
    /// Once begun, the drain goes on when the future is dropped.
    pub async fn drain(&self) -> Result<(), Error> {
        drain(&self.inner).await
    }
}

async fn drain(inner: &Interested) -> Result<(), Error> {
    let timeout: Duration = inner.connection.shared().options.drain_timeout;
    let subject = inner.queue.subject();
    let closed = || Error::new(ErrorKind::Closed).on(subject);
    let (reply, drained) = oneshot::channel();
    inner.actor.cast(SubscriptionMsg::Drain(timeout, reply)).map_err(|_| closed())?;
    match tokio::time::timeout(timeout, drained).await {
        Ok(result) => result.map_err(|_| closed())?.map_err(|error| error.on(subject)),
        Err(_) => Err(Error::new(ErrorKind::TimedOut).on(subject)),
    }
}
