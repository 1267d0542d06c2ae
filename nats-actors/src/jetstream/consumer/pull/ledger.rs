//! The count of what is leased, shared by all who settle.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::budget::Leased;

/// How much is received and not settled, and below which mark somebody waits for it to fall.
#[derive(Debug)]
pub(crate) struct Ledger {
    messages: AtomicUsize,
    bytes: AtomicUsize,
    /// [`NOBODY`] while nobody waits.
    mark: AtomicUsize,
}

const NOBODY: usize = usize::MAX;

impl Ledger {
    pub(crate) fn new() -> Self {
        let zero = || AtomicUsize::new(0);
        Self { messages: zero(), bytes: zero(), mark: AtomicUsize::new(NOBODY) }
    }

    pub(crate) fn leased(&self) -> Leased {
        Leased {
            messages: self.messages.load(Ordering::SeqCst),
            bytes: self.bytes.load(Ordering::SeqCst),
        }
    }

    /// Messages came.
    pub(crate) fn add(&self, messages: usize, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::SeqCst);
        self.messages.fetch_add(messages, Ordering::SeqCst);
    }

    /// A message is settled; `true` if that is what somebody waits for, and to that one only.
    #[must_use]
    pub(crate) fn release(&self, bytes: usize) -> bool {
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
        let left = self.messages.fetch_sub(1, Ordering::SeqCst).saturating_sub(1);
        let mark = self.mark.load(Ordering::SeqCst);
        mark != NOBODY && left <= mark && self.mark.swap(NOBODY, Ordering::SeqCst) != NOBODY
    }

    /// Waits for the count to fall to `mark` or below; `false` if it has fallen since `seen`, and
    /// the caller has to look again itself.
    #[must_use]
    pub(crate) fn arm(&self, mark: usize, seen: Leased) -> bool {
        self.mark.store(mark, Ordering::SeqCst);
        let now = self.leased();
        now.messages >= seen.messages || now.messages > mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_settlement_wakes_whoever_waits_and_only_once() {
        let ledger = Ledger::new();
        ledger.add(4, 40);
        assert!(ledger.arm(2, ledger.leased()));

        assert!(!ledger.release(10));
        assert!(ledger.release(10));
        assert!(!ledger.release(10));
        assert_eq!(ledger.leased(), Leased { messages: 1, bytes: 10 });
    }

    #[test]
    fn what_was_settled_while_arming_is_noticed() {
        let ledger = Ledger::new();
        ledger.add(4, 40);
        let seen = ledger.leased();
        assert!(!ledger.release(10));
        assert!(!ledger.release(10));

        assert!(!ledger.arm(2, seen));
    }
}
