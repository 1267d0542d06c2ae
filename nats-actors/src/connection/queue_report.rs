//! What a subscription tells about itself.

use super::lock::lock;
use super::queue::{End, Queue};
use crate::error::Error;
use crate::session::PendingLimits;

/// What came to a subscription, and how much of it waited; counted since it began, over reconnects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionStatistics {
    /// Messages that were handed over: to the stream's reader, to the handler or to the actor.
    pub delivered: u64,
    /// Messages that wait.
    pub pending_messages: usize,
    /// Bytes of subject, reply, headers and payload that wait.
    pub pending_bytes: usize,
    /// Messages that were dropped because they were not taken in time.
    pub dropped: u64,
    /// The most messages that ever waited.
    pub max_pending_messages: usize,
    /// The most bytes that ever waited.
    pub max_pending_bytes: usize,
}

impl Queue {
    pub(crate) fn statistics(&self) -> SubscriptionStatistics {
        let state = lock(&self.state);
        let (max_pending_messages, max_pending_bytes) = state.pending.high_water();
        SubscriptionStatistics {
            delivered: state.pending.handed(),
            pending_messages: state.pending.len(),
            pending_bytes: state.pending.bytes(),
            dropped: state.pending.dropped(),
            max_pending_messages,
            max_pending_bytes,
        }
    }

    pub(crate) fn reset_max_pending(&self) {
        lock(&self.state).pending.reset_high_water();
    }

    pub(crate) fn set_limits(&self, limits: PendingLimits) {
        lock(&self.state).pending.set_limits(limits);
        self.room.notify_one();
    }

    /// Why it ended, if that was a fault.
    pub(crate) fn error(&self) -> Option<Error> {
        match &lock(&self.state).end {
            Some(End::Failed(kind, subject)) => Some(Error::new(*kind).on(subject.as_str())),
            Some(End::Finished) | None => None,
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        lock(&self.state).end.is_some()
    }

    /// Waits until nothing will come any more.
    pub(crate) async fn ended(&self) {
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            ended.as_mut().enable();
            if self.has_ended() {
                return;
            }
            ended.await;
        }
    }
}
