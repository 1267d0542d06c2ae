//! How much may wait for a subscriber, and what happens to more.

use std::time::Duration;

/// How much may wait for one subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingLimits {
    /// Messages. Default: 524,288.
    pub messages: usize,
    /// Bytes of subject, reply, headers and payload. Default: 64 MiB.
    pub bytes: usize,
}

impl PendingLimits {
    /// At most `messages` and `bytes`; each counts as at least 1.
    #[must_use]
    pub const fn new(messages: usize, bytes: usize) -> Self {
        let messages = if messages == 0 { 1 } else { messages };
        let bytes = if bytes == 0 { 1 } else { bytes };
        Self { messages, bytes }
    }
}

impl Default for PendingLimits {
    fn default() -> Self {
        Self::new(512 * 1024, 64 * 1024 * 1024)
    }
}

/// What happens to a message that arrives at a subscription whose limits are reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// It is dropped.
    #[default]
    DropNewest,
    /// The oldest waiting messages are dropped until it fits.
    DropOldest,
    /// All waiting messages are dropped: only the newest one counts.
    Latest,
    /// The connection stops reading until there is room, at most so long; then the message is dropped.
    ///
    /// Every subscription of the connection waits meanwhile.
    Block(Duration),
    /// The subscription ends with an error.
    Fail,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pushed {
    /// How many messages were dropped.
    pub dropped: u64,
    /// Whether these are the first drops since the queue was last empty.
    pub began: bool,
    /// Whether the rest of the batch was left where it is, because the policy is to block.
    pub blocked: bool,
    /// Whether the subscription must end.
    pub failed: bool,
}
