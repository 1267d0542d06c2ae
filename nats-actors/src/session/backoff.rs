//! The delay before attempt *n*.

use std::time::Duration;

/// Exponential delays with a cap and jitter.
///
/// The delay before attempt `n` (counted from 0) is `first · 2ⁿ`, at most `max`, times a factor drawn evenly from
/// `1 − jitter … 1 + jitter`. Randomness is an argument, so that the sequence can be tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    first: Duration,
    max: Duration,
    jitter: f64,
}

impl Backoff {
    /// Delays from `first` to `max`; `jitter` is clamped to `0.0..=1.0`.
    #[must_use]
    pub const fn new(first: Duration, max: Duration, jitter: f64) -> Self {
        Self { first, max, jitter: jitter.clamp(0.0, 1.0) }
    }

    /// The delay before attempt `attempt`; `random` is drawn from `0.0..1.0`.
    #[must_use]
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempt.min(31)));
        let factor = 1.0 + self.jitter * (2.0 * random.clamp(0.0, 1.0) - 1.0);
        doubled.min(self.max).mul_f64(factor.max(0.0))
    }
}

impl Default for Backoff {
    /// 100 ms to 4 s, ±50 %.
    fn default() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_secs(4), 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_cap() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), 0.0);
        let delays: Vec<u64> = (0..6).map(|n| backoff.delay(n, 0.3).as_millis() as u64).collect();

        assert_eq!(delays, [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(backoff.delay(u32::MAX, 0.5), Duration::from_secs(1));
    }

    #[test]
    fn jitter_spreads_both_ways() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(1), 0.5);

        assert_eq!(backoff.delay(0, 0.0), Duration::from_millis(500));
        assert_eq!(backoff.delay(0, 1.0), Duration::from_millis(1500));
    }
}
