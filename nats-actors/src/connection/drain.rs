//! Ending subscriptions without losing what the server had sent to them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::closing::left;
use super::inlet::Inlet;
use super::lock::lock;
use super::queue::{End, Queue};
use super::shared::Shared;
use crate::error::Error;
use crate::protocol::client_op;

impl Shared {
    /// Tells the server to stop, waits for its fence, and ends the subscription behind what came before it.
    pub(crate) async fn drain_subscription(
        &self,
        sid: u64,
        timeout: Duration,
    ) -> Result<(), Error> {
        self.stop_deliveries(sid);
        let result = if self.is_connected() { self.flush_all(timeout).await } else { Ok(()) };
        self.deliver_held(sid).await;
        self.finish(sid);
        result
    }

    /// Drains every subscription, and waits until what they had was taken and handled, at most until the deadline.
    pub(super) async fn drain_subscriptions(&self, deadline: Instant) {
        let queues = self.queues();
        self.life.drains(queues.iter().map(|(_, queue)| Arc::clone(queue)));
        for (sid, _) in &queues {
            self.stop_deliveries(*sid);
        }
        if self.is_connected() {
            let _ = self.flush_all(left(deadline)).await;
        }
        for (sid, _) in &queues {
            self.deliver_held(*sid).await;
            self.finish(*sid);
        }
        // Also those of a drain that began before this one.
        for queue in self.life.draining() {
            let _ = tokio::time::timeout_at(deadline, queue.emptied()).await;
        }
    }

    /// Tells the server to stop; what it sent before it knew is still delivered.
    fn stop_deliveries(&self, sid: u64) {
        let mut interest = lock(&self.interest);
        if let Some(entry) = interest.get_mut(sid) {
            entry.drain();
            if let Inlet::Queue(collector) = &entry.target {
                collector.queue.unblock();
            }
            self.outbox.control(|out| client_op::encode_unsub(out, sid, None));
        }
    }

    /// Ends a subscription that the server does not know any more.
    fn finish(&self, sid: u64) {
        let entry = lock(&self.interest).remove(sid);
        if let Some(entry) = entry {
            entry.target.end(End::Finished);
        }
    }

    /// What the lost connection was still to deliver to draining subscriptions will not come: they end.
    pub(super) fn end_draining(&self) {
        let sids: Vec<u64> = {
            let interest = lock(&self.interest);
            let draining = interest.iter().filter(|entry| entry.is_draining());
            draining.map(crate::session::Entry::sid).collect()
        };
        sids.into_iter().for_each(|sid| self.finish(sid));
    }

    fn queues(&self) -> Vec<(u64, Arc<Queue>)> {
        let interest = lock(&self.interest);
        let queue = |entry: &crate::session::Entry<Inlet>| match &entry.target {
            Inlet::Queue(collector) => Some((entry.sid(), Arc::clone(&collector.queue))),
            Inlet::Replies | Inlet::Request(_) => None,
        };
        interest.iter().filter_map(queue).collect()
    }
}
