//! How much to ask for, and when.

use std::time::Duration;

/// What is received and not settled yet: buffered here or handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leased {
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
}

/// The bounds that pulling keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Messages that may be leased or asked for.
    pub(crate) messages: usize,
    /// Bytes that may be leased before nothing more is asked for.
    pub(crate) bytes: usize,
}

/// What the credit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Ask for so many messages, together of at most so many bytes.
    Now { messages: usize, bytes: usize },
    /// Too little to be worth a request yet, and nothing else is under way: ask after
    /// [`Budget::LINGER`].
    Soon { messages: usize, bytes: usize },
    /// Wait for more to be settled.
    Nothing,
}

impl Budget {
    /// How long a small credit may wait to be joined by more.
    pub(crate) const LINGER: Duration = Duration::from_millis(20);

    /// The credit: what is neither leased nor already asked for.
    pub(crate) fn ask(&self, leased: Leased, expected: usize) -> Ask {
        let taken = leased.messages.saturating_add(expected);
        let messages = self.messages.saturating_sub(taken);
        let bytes = self.bytes.saturating_sub(leased.bytes) / 2;
        if messages == 0 || bytes == 0 {
            Ask::Nothing
        } else if messages >= self.enough() {
            Ask::Now { messages, bytes }
        } else if expected == 0 {
            Ask::Soon { messages, bytes }
        } else {
            Ask::Nothing
        }
    }

    /// The number of leased messages at or below which asking again is worth a look, when so many
    /// are expected.
    pub(crate) fn wake_at(&self, expected: usize) -> usize {
        let room = if expected == 0 { 1 } else { self.enough() };
        self.messages.saturating_sub(expected).saturating_sub(room)
    }

    fn enough(&self) -> usize {
        self.messages.div_ceil(2).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { messages: 100, bytes: 1000 };

    fn leased(messages: usize, bytes: usize) -> Leased {
        Leased { messages, bytes }
    }

    // spec: A37-10
    #[test]
    fn a_pull_asks_for_exactly_the_credit_once_half_is_free() {
        assert_eq!(BUDGET.ask(leased(0, 0), 0), Ask::Now { messages: 100, bytes: 500 });
        assert_eq!(BUDGET.ask(leased(20, 100), 30), Ask::Now { messages: 50, bytes: 450 });
        assert_eq!(BUDGET.ask(leased(20, 100), 31), Ask::Nothing);
        assert_eq!(BUDGET.ask(leased(100, 100), 0), Ask::Nothing);
        assert_eq!(BUDGET.ask(leased(170, 0), 40), Ask::Nothing);
    }

    // spec: A37-12, CNS-51
    #[test]
    fn a_small_credit_is_not_stuck_behind_slow_handlers() {
        assert_eq!(BUDGET.ask(leased(99, 0), 0), Ask::Soon { messages: 1, bytes: 500 });
        let one = Budget { messages: 1, bytes: 1000 };
        assert_eq!(one.ask(leased(0, 0), 0), Ask::Now { messages: 1, bytes: 500 });
        assert_eq!(one.ask(leased(0, 0), 1), Ask::Nothing);
    }

    #[test]
    fn a_full_memory_bound_asks_for_nothing() {
        assert_eq!(BUDGET.ask(leased(1, 1000), 0), Ask::Nothing);
        assert_eq!(BUDGET.ask(leased(1, 5000), 0), Ask::Nothing);
    }

    #[test]
    fn the_wake_mark_is_where_asking_becomes_possible() {
        for expected in 0..=100 {
            let mark = BUDGET.wake_at(expected);
            if BUDGET.ask(leased(mark, 0), expected) == Ask::Nothing {
                assert_eq!(mark, 0, "nothing settles below the mark, so nobody would wake");
            }
            let above = BUDGET.ask(leased(mark + 1, 0), expected);
            assert_eq!(above, Ask::Nothing, "expected {expected}");
        }
    }
}
