//! A subscription whose messages go to a handler or an actor.

use std::time::Duration;

use tokio::sync::oneshot;

use super::message::SubscriptionMsg;
use super::spawn::Interested;
use crate::error::{Error, ErrorKind};

/// A subscription that delivers by itself. Dropping it unsubscribes.
#[derive(Debug)]
#[must_use = "dropping the handle unsubscribes"]
pub struct SubscriptionHandle {
    inner: Interested,
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

    /// Messages dropped because the handler could not keep up, since the subscription began.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.inner.queue.counts().2
    }

    /// Messages that wait for the handler.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.inner.queue.counts().0
    }

    /// Why the subscription ended, if a fault ended it.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.inner.queue.error()
    }

    /// Ends the subscription at once; what waits is still handled.
    pub fn unsubscribe(&self) {
        self.inner.connection.shared().unsubscribe(self.inner.sid);
    }

    /// Tells the server to stop and waits until everything that it had sent was handled.
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

pub(super) async fn drain(inner: &Interested) -> Result<(), Error> {
    let timeout: Duration = inner.connection.shared().options.drain_timeout;
    let subject = inner.queue.subject();
    let closed = || Error::new(ErrorKind::Closed).on(subject);
    let (reply, drained) = oneshot::channel();
    inner.actor.cast(SubscriptionMsg::Drain(timeout, reply)).map_err(|_| closed())?;
    match tokio::time::timeout(timeout, drained).await {
        Ok(result) => result.map_err(|_| closed())?,
        Err(_) => Err(Error::new(ErrorKind::TimedOut).on(subject)),
    }
}
