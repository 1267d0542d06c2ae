//! Fences and drains while two connections stand.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use crate::connection::deadline::deadline_in;
use crate::connection::inlet::Inlet;
use crate::connection::lock::lock;
use crate::connection::shared::Shared;
use crate::connection::statistics::Counters;
use crate::error::Error;

impl Shared {
    /// Waits until every server that the client is connected to has processed what it was sent.
    pub(in crate::connection) async fn flush_all(&self, limit: Duration) -> Result<(), Error> {
        let deadline = deadline_in(limit);
        loop {
            let heading = self.outbox.heading();
            self.flush(deadline.saturating_duration_since(Instant::now())).await?;
            if heading.is_none() && self.outbox.heading().is_none() {
                return Ok(());
            }
            let (waiter, answer) = oneshot::channel();
            if self.outbox.fence_beside(waiter).is_ok() {
                let _ = timeout_at(deadline, answer).await;
            }
            // If the stream has changed its way meanwhile, one of the two was not asked.
            if self.outbox.heading() == heading || Instant::now() >= deadline {
                return Ok(());
            }
        }
    }

    /// Delivers what only the new connection has brought for a subscription that is about to end.
    pub(in crate::connection) async fn deliver_held(&self, sid: u64) {
        let mut held = self.take_held(sid);
        let queue = {
            let mut interest = lock(&self.interest);
            interest.get_mut(sid).and_then(|entry| match &entry.target {
                Inlet::Queue(collector) if !held.is_empty() => Some(collector.queue.clone()),
                _ => None,
            })
        };
        if let Some(queue) = queue {
            let dropped = queue.push_blocked(&mut held).await;
            Counters::add(&self.counters.dropped, dropped);
        }
    }

    /// Whether there was always a connection since that of `epoch`.
    #[cfg(feature = "jetstream")]
    pub(crate) fn is_unbroken_since(&self, epoch: u64) -> bool {
        self.moving.is_unbroken_since(epoch)
    }
}
