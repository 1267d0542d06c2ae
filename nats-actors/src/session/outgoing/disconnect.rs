//! What becomes of the outgoing stream when its connection is lost.

use super::stream::Outgoing;
use crate::protocol::{ClientFrame, next_client_frame};
use crate::session::loss::{Loss, LossPolicy};

impl<W> Outgoing<W> {
    /// The connection is lost: keeps what must be sent on the next one, and tells what is in doubt.
    ///
    /// Frames that the kernel did not take whole are kept in order; control operations are dropped, for they belong to
    /// the lost connection. `is_request` tells frames that report their own fate. Who waited for a fence is returned.
    pub fn disconnect(
        &mut self,
        policy: LossPolicy,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
    ) -> (Loss, Vec<W>) {
        let kept = self.flatten();
        let mut loss = Loss::default();
        let mut again = Vec::new();
        let mut at = 0_usize;
        let mut ordinal = self.confirmed_publishes();
        let mut publishes_again = 0;
        while let Some((frame, len)) = kept.get(at..).and_then(next_client_frame) {
            let end = at.saturating_add(len);
            if let ClientFrame::Publish(sent) = frame {
                let publish = !is_request(&frame);
                ordinal += u64::from(publish);
                let written = self.confirmed + end as u64 <= self.written;
                if !written || (policy == LossPolicy::Resend && publish) {
                    again.extend_from_slice(kept.get(at..end).unwrap_or_default());
                    publishes_again += u64::from(publish);
                } else if publish {
                    loss.add(ordinal, sent.subject, len);
                }
            }
            at = end;
        }
        self.restart(again, publishes_again);
        (loss, self.fences.reset())
    }

    fn restart(&mut self, again: Vec<u8>, publishes_again: u64) {
        self.written = self.appended;
        self.confirmed = self.appended;
        self.last_fence = self.appended;
        self.fence_positions.clear();
        self.closed.clear();
        self.taken = 0;
        self.held = None;
        self.appended += again.len() as u64;
        self.open = again;
        self.open_publishes = self.publishes - publishes_again;
    }

    /// Everything that is accepted and not confirmed, as one run of bytes; for rare occasions.
    #[must_use]
    pub fn flatten(&self) -> Vec<u8> {
        let size = self.closed.iter().map(|run| run.segment.len()).sum::<usize>() + self.open.len();
        let mut all = Vec::with_capacity(size);
        self.closed.iter().for_each(|run| all.extend_from_slice(&run.segment));
        all.extend_from_slice(&self.open);
        all
    }
}
