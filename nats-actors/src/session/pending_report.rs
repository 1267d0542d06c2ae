//! What a queue tells about itself, and what can be set later.

use super::pending::Pending;
use super::pending_limits::PendingLimits;

impl Pending {
    /// Other limits from now on; what waits already may be more.
    pub const fn set_limits(&mut self, limits: PendingLimits) {
        self.limits = limits;
    }

    /// How many messages were taken, ever.
    #[must_use]
    pub const fn handed(&self) -> u64 {
        self.handed
    }

    /// The most messages, and the most bytes, that ever waited.
    #[must_use]
    pub const fn high_water(&self) -> (usize, usize) {
        (self.most, self.most_bytes)
    }

    /// Forgets the most that ever waited, but for what waits now.
    pub fn reset_high_water(&mut self) {
        (self.most, self.most_bytes) = (self.queue.len(), self.bytes);
    }
}
