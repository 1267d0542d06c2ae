//! How long to wait before the next attempt.

use std::time::Duration;

/// Waits that double from one attempt to the next, up to a cap, until [`reset`](Self::reset).
#[derive(Debug)]
pub(crate) struct Backoff {
    attempt: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(100);
    /// So low because consumption has to resume within two seconds of the server's health.
    const LONGEST: Duration = Duration::from_millis(1500);

    pub(crate) fn new() -> Self {
        Self { attempt: 0 }
    }

    /// The wait before the next attempt; `random` in `0.0..1.0` spreads it by a fifth each way.
    pub(crate) fn next(&mut self, random: f64) -> Duration {
        let doubled = Self::FIRST.saturating_mul(1 << self.attempt.min(16));
        self.attempt = self.attempt.saturating_add(1);
        doubled.min(Self::LONGEST).mul_f64(0.8 + 0.4 * random.clamp(0.0, 1.0))
    }

    /// After something has worked.
    pub(crate) fn reset(&mut self) {
        self.attempt = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_start_again_after_a_success() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..6).map(|_| backoff.next(0.5).as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1500, 1500]);

        backoff.reset();
        assert_eq!(backoff.next(0.5).as_millis(), 100);
    }

    #[test]
    fn jitter_is_a_fifth_each_way_and_no_attempt_overflows() {
        assert_eq!(Backoff::new().next(0.0).as_millis(), 80);
        assert_eq!(Backoff::new().next(1.0).as_millis(), 120);
        let mut worn = Backoff { attempt: u32::MAX };
        assert_eq!(worn.next(0.5), Backoff::LONGEST);
    }
}
