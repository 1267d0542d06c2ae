//! What a queue tells about itself, and what can be set later.

use super::overflow::PendingLimits;
use super::pending::Pending;

/// Counts of a queue that nothing is decided by.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) handed: u64,
    most: usize,
    most_bytes: usize,
}

impl Tally {
    pub(super) const fn new() -> Self {
        Self { handed: 0, most: 0, most_bytes: 0 }
    }

    /// So much waits now.
    #[inline]
    pub(super) fn waiting(&mut self, messages: usize, bytes: usize) {
        self.most = self.most.max(messages);
        self.most_bytes = self.most_bytes.max(bytes);
    }
}

impl Pending {
    /// Other limits from now on; what waits already may be more.
    pub const fn set_limits(&mut self, limits: PendingLimits) {
        self.limits = limits;
    }

    /// How many messages were taken, ever.
    #[must_use]
    pub const fn handed(&self) -> u64 {
        self.tally.handed
    }

    /// The most messages, and the most bytes, that ever waited.
    #[must_use]
    pub const fn high_water(&self) -> (usize, usize) {
        (self.tally.most, self.tally.most_bytes)
    }

    /// Forgets the most that ever waited, but for what waits now.
    pub const fn reset_high_water(&mut self) {
        (self.tally.most, self.tally.most_bytes) = (self.messages, self.bytes);
    }
}
