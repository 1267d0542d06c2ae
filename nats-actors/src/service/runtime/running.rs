//! A service that runs by itself, without an app.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use futures_util::FutureExt;

use crate::client::Client;
use crate::handler::Deadline;
use crate::supervisor::{ChildStatus, Ended, SupervisorHandle};

use super::handle::ServiceHandle;

/// A service that was started. Dropping it drains it in the background, within the drain timeout of its options.
///
/// Identity and statistics are those of its [`ServiceHandle`].
#[must_use = "dropping it stops the service"]
pub struct RunningService {
    client: Client,
    handle: ServiceHandle,
    supervisor: SupervisorHandle,
    drain_timeout: Duration,
}

/// How a drain went.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DrainReport {
    /// Requests that were answered while it drained, those that were refused included.
    pub answered: u64,
    /// Requests that were refused with code 503 because the deadline had come.
    pub refused: u64,
    /// Whether the server has all replies.
    pub is_flushed: bool,
    /// How the children ended.
    pub children: crate::supervisor::DrainReport,
}

impl DrainReport {
    /// Whether nothing was refused or aborted, and the server has all replies.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.refused == 0 && self.is_flushed && self.children.is_clean()
    }
}

impl RunningService {
    pub(super) fn new(
        client: Client,
        handle: ServiceHandle,
        supervisor: SupervisorHandle,
        drain_timeout: Duration,
    ) -> Self {
        Self { client, handle, supervisor, drain_timeout }
    }

    /// What can be kept without keeping the service.
    #[must_use]
    pub fn handle(&self) -> ServiceHandle {
        self.handle.clone()
    }

    /// The children of the service, and where they are in their lives.
    #[must_use]
    pub fn status(&self) -> Vec<ChildStatus> {
        self.supervisor.status()
    }

    /// Waits until the service is over: drained, or because its supervisor gave up.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn ended(&self) -> Ended {
        self.supervisor.ended().await
    }

    /// Stops without losing a request, and returns by the deadline.
    ///
    /// In this order: PING, INFO and STATS are not answered any more; the server stops sending requests; everything
    /// that it had sent is answered; the server has the replies. What is not answered shortly before the deadline is
    /// refused with code 503. The client stays open.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the drain.
    pub async fn drain(self, within: Duration) -> DrainReport {
        let deadline = Deadline::after(within);
        let (answered, refused) = self.handle.counted();
        let children = self.supervisor.drain(within).await;
        let is_flushed = self.client.flush().timeout(deadline.remaining()).await.is_ok();
        let (answered_now, refused_now) = self.handle.counted();
        DrainReport {
            answered: answered_now.saturating_sub(answered),
            refused: refused_now.saturating_sub(refused),
            is_flushed,
            children,
        }
    }
}

impl Deref for RunningService {
    type Target = ServiceHandle;

    fn deref(&self) -> &ServiceHandle {
        &self.handle
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        // Once begun, it goes on by itself.
        let _ = self.supervisor.drain(self.drain_timeout).now_or_never();
    }
}

impl fmt::Debug for RunningService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningService").field("handle", &self.handle).finish_non_exhaustive()
    }
}
