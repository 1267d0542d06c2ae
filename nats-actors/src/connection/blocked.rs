//! The rest of a batch that waits for room in its queue.

use std::sync::Arc;

use super::queue::Queue;
use super::shared::Shared;
use super::statistics::Counters;
use crate::session::Frames;

/// Messages that arrived and that their queue has no room for yet.
///
/// Whatever happens to it, each of them is delivered or counted as dropped, and a subscription that is over behind them
/// ends.
#[derive(Debug)]
pub(super) struct Blocked {
    pub(super) shared: Arc<Shared>,
    pub(super) queue: Arc<Queue>,
    pub(super) batch: Frames,
    /// The subscription, if it is over behind this batch.
    pub(super) finished: Option<u64>,
}

impl Blocked {
    /// Waits for room, as long as the policy of the queue allows.
    pub(super) async fn deliver(mut self) {
        let dropped = self.queue.push_blocked(&mut self.batch).await;
        Counters::add(&self.shared.counters.dropped, dropped);
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        let dropped = self.queue.give_up(&mut self.batch);
        Counters::add(&self.shared.counters.dropped, dropped);
        // The subscription ended meanwhile.
        Counters::add(&self.shared.counters.late, self.batch.len() as u64);
        if let Some(sid) = self.finished {
            self.shared.unsubscribe(sid);
        }
    }
}
