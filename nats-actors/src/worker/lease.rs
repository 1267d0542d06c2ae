//! A handler's view of the lease on its message.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Whether a message still belongs to this process; an extractor, and cheap to clone.
///
/// The lease is kept alive while a handler runs. It is lost when the server could not be told in time, such as over a
/// long disconnect: then the message is given to somebody else, and this handler's outcome is ignored.
#[derive(Clone)]
pub struct Lease {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    lost: AtomicBool,
    told: Notify,
}

impl Lease {
    pub(crate) fn new() -> Self {
        Self { state: Arc::default() }
    }

    /// Whether the lease is lost.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.state.lost.load(Ordering::Acquire)
    }

    /// Nothing, as long as the message belongs to this process: for a `?` before each step that must not happen twice.
    ///
    /// # Errors
    ///
    /// [`LeaseLost`] once it does not.
    pub fn ensure(&self) -> Result<(), LeaseLost> {
        if self.is_lost() { Err(LeaseLost(())) } else { Ok(()) }
    }

    /// Ends when the lease is lost; never, if it is not.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn lost(&self) {
        loop {
            let told = self.state.told.notified();
            if self.is_lost() {
                return;
            }
            told.await;
        }
    }

    /// The lease is lost; returns whether it was not before.
    pub(crate) fn lose(&self) -> bool {
        let first = !self.state.lost.swap(true, Ordering::AcqRel);
        self.state.told.notify_waiters();
        first
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("lost", &self.is_lost()).finish()
    }
}

/// The message was given to somebody else, or is about to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseLost(());

impl std::error::Error for LeaseLost {}

impl fmt::Display for LeaseLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the lease on the message is lost")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everyone_who_waits_hears_of_the_loss() {
        let lease = Lease::new();
        let waiter = tokio::spawn({
            let lease = lease.clone();
            async move { lease.lost().await }
        });
        assert!(lease.ensure().is_ok());
        tokio::task::yield_now().await;

        assert!(lease.lose());
        assert!(!lease.lose());

        waiter.await.unwrap();
        lease.lost().await;
        assert!(lease.ensure().is_err());
    }
}
