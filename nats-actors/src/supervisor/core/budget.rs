//! How many restarts are left in the sliding window.

use std::collections::VecDeque;
use std::time::Duration;

use super::Moment;

/// The restarts that all children of a supervisor share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) struct Budget {
    max: usize,
    window: Duration,
    taken: VecDeque<Moment>,
}

impl Budget {
    pub(in crate::supervisor) fn new(max: usize, window: Duration) -> Self {
        let taken = VecDeque::new();
        Self { max, window, taken }
    }

    /// Takes one restart, if fewer than the maximum were taken in the window that ends now.
    pub(in crate::supervisor) fn take(&mut self, now: Moment) -> bool {
        while self.taken.front().is_some_and(|taken| taken.saturating_add(self.window) <= now) {
            self.taken.pop_front();
        }
        let granted = self.taken.len() < self.max;
        if granted {
            self.taken.push_back(now);
        }
        granted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_restart_counts_until_the_window_has_passed() {
        let second = Duration::from_secs;
        let mut budget = Budget::new(2, second(60));

        assert!(budget.take(second(0)));
        assert!(budget.take(second(30)));
        assert!(!budget.take(second(59)));
        assert!(budget.take(second(60)));
        assert!(!budget.take(second(89)));
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_the_maximum(steps in prop::collection::vec(0_u64..20, 1..200), max in 0_usize..5) {
            let window = Duration::from_secs(60);
            let mut budget = Budget::new(max, window);
            let mut now = Duration::ZERO;
            let mut granted = Vec::new();
            for step in steps {
                now += Duration::from_secs(step);
                let in_window = granted.iter().filter(|at| **at + window > now).count();
                prop_assert_eq!(budget.take(now), in_window < max);
                if in_window < max {
                    granted.push(now);
                }
            }
        }
    }
}
