//! The count of what came since the actor last looked.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Messages that came and that the actor does not know of, and how many make it worth waking it.
///
/// A message that comes is asked for no more and leased instead: the credit stays the same. So the
/// actor need not hear of each batch, but only of a good part of what it had asked for, of the last
/// of it, and of the first sign of life when it waits for one.
#[derive(Debug)]
pub(crate) struct Tally {
    came: AtomicUsize,
    enough: AtomicUsize,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self { came: AtomicUsize::new(0), enough: AtomicUsize::new(1) }
    }

    /// Messages came; `true` if the actor wants to know now.
    #[must_use]
    pub(crate) fn add(&self, messages: usize) -> bool {
        let came = self.came.fetch_add(messages, Ordering::SeqCst).saturating_add(messages);
        came >= self.enough.load(Ordering::SeqCst)
    }

    /// What came since the last look.
    pub(crate) fn take(&self) -> usize {
        self.came.swap(0, Ordering::SeqCst)
    }

    /// Wants to know when so many have come; `false` if they have, unnoticed.
    #[must_use]
    pub(crate) fn arm(&self, enough: usize) -> bool {
        let enough = enough.max(1);
        self.enough.store(enough, Ordering::SeqCst);
        self.came.load(Ordering::SeqCst) < enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actor_hears_when_enough_has_come() {
        let tally = Tally::new();
        assert!(tally.add(1), "at first of everything");
        assert_eq!(tally.take(), 1);

        assert!(tally.arm(10));
        assert!(!tally.add(9));
        assert!(tally.add(1));
        assert_eq!(tally.take(), 10);
    }

    #[test]
    fn what_came_while_arming_is_noticed() {
        let tally = Tally::new();
        assert!(tally.arm(100));
        assert!(!tally.add(40));

        assert!(!tally.arm(40));
    }
}
