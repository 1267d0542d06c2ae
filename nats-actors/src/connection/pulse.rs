//! Whether a peer gives signs of life, as its reader sees it.

use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the reader, read by the keep-alive.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    heard: AtomicBool,
    /// The reader waits for a subscription and not for the peer, whose silence proves nothing then.
    away: AtomicBool,
}

impl Pulse {
    /// Something came.
    pub(super) fn heard(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// The reader stops reading, or begins again.
    pub(super) fn away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }

    /// Whether the peer may count as alive since the last call.
    pub(super) fn take(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed) || self.away.load(Ordering::Relaxed)
    }
}
