//! How patient a supervisor is.

use std::time::Duration;

use super::strategy::{Exhausted, StopOrder};

/// The settings of a supervisor; every one has a default.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "options do nothing until a supervisor is started with them"]
pub struct SupervisorOptions {
    pub(super) backoff: Backoff,
    pub(super) max_restarts: usize,
    pub(super) window: Duration,
    pub(super) exhausted: Exhausted,
    pub(super) stop_order: StopOrder,
    pub(super) kill_grace: Duration,
    pub(super) history: usize,
}

impl Default for SupervisorOptions {
    fn default() -> Self {
        Self {
            backoff: Backoff::default(),
            max_restarts: 10,
            window: Duration::from_secs(60),
            exhausted: Exhausted::default(),
            stop_order: StopOrder::default(),
            kill_grace: Duration::from_millis(100),
            history: 1024,
        }
    }
}

impl SupervisorOptions {
    /// The defaults, each named at its setter.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long a child waits before its next life. Default: [`Backoff::default`].
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Restarts that all children together may use in any `window`. Default: 10 in 60 s. The next failure is
    /// [`exhausted`](Self::exhausted); a stop of siblings that the strategy asks for costs nothing.
    pub fn intensity(mut self, restarts: usize, window: Duration) -> Self {
        self.max_restarts = restarts;
        self.window = window;
        self
    }

    /// What to do when the restarts are used up. Default: [`Exhausted::Escalate`].
    pub fn exhausted(mut self, exhausted: Exhausted) -> Self {
        self.exhausted = exhausted;
        self
    }

    /// The order of stopping in a drain. Default: [`StopOrder::Reverse`].
    pub fn stop_order(mut self, order: StopOrder) -> Self {
        self.stop_order = order;
        self
    }

    /// How long a child that was aborted may take to be gone before a drain goes on without it. Default: 100 ms.
    /// An aborted child ends at its next await; one that never awaits cannot be ended at all.
    pub fn kill_grace(mut self, grace: Duration) -> Self {
        self.kill_grace = grace;
        self
    }

    /// How many events are kept for readers that come late or are slow. Default: 1024, at least 1.
    pub fn history(mut self, events: usize) -> Self {
        self.history = events.max(1);
        self
    }
}

/// The wait before a restart: doubles with every failure, up to a maximum, and is blurred so that many children do not
/// come back at the same instant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "a backoff does nothing until it is given to the options"]
pub struct Backoff {
    pub(super) first: Duration,
    pub(super) max: Duration,
    pub(super) jitter_percent: u8,
    pub(super) reset_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(30))
    }
}

impl Backoff {
    /// From `first`, doubling to `max` (a year at most); jitter 20 %, reset after 60 s. Default: 200 ms to 30 s.
    pub fn new(first: Duration, max: Duration) -> Self {
        let year = Duration::from_secs(365 * 24 * 3600);
        Self {
            first: first.min(year),
            max: max.min(year),
            jitter_percent: 20,
            reset_after: Duration::from_secs(60),
        }
    }

    /// How far a wait may lie from its nominal value, in percent to either side; above 100 counts as 100. Default: 20.
    pub fn jitter(mut self, percent: u8) -> Self {
        self.jitter_percent = percent.min(100);
        self
    }

    /// How long a life must be up for the next wait to be the first one again. Default: 60 s.
    pub fn reset_after(mut self, up_for: Duration) -> Self {
        self.reset_after = up_for;
        self
    }

    /// The wait before the restart that follows `failures` earlier ones; `entropy` picks the point within the jitter.
    pub(super) fn delay(&self, failures: u32, entropy: u32) -> Duration {
        let factor = 1_u32.checked_shl(failures).unwrap_or(u32::MAX);
        let nominal = self.first.saturating_mul(factor).min(self.max);
        let spread = nominal.saturating_mul(u32::from(self.jitter_percent)) / 100;
        let offset = spread.saturating_mul(2).mul_f64(f64::from(entropy) / f64::from(u32::MAX));
        (nominal - spread).saturating_add(offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_doubles_from_200_ms_to_30_s() {
        let nominal = |failures| Backoff::default().jitter(0).delay(failures, 0).as_millis();

        assert_eq!([0, 1, 2, 3].map(nominal), [200, 400, 800, 1600]);
        assert_eq!([7, 8, 31, 32, u32::MAX].map(nominal), [25_600, 30_000, 30_000, 30_000, 30_000]);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_fifth(failures in 0_u32..40, entropy: u32) {
            let nominal = Backoff::default().jitter(0).delay(failures, 0);
            let delay = Backoff::default().delay(failures, entropy);

            prop_assert!(delay >= nominal.mul_f64(0.799) && delay <= nominal.mul_f64(1.201), "{delay:?} for {nominal:?}");
        }
    }

    #[test]
    fn jitter_reaches_both_ends() {
        let backoff = Backoff::default();

        assert_eq!(backoff.delay(0, 0), Duration::from_millis(160));
        assert_eq!(backoff.delay(0, u32::MAX), Duration::from_millis(240));
    }
}
