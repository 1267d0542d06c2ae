//! The delay before attempt *n*.

use std::time::Duration;

/// Exponential delays with a cap and full jitter.
///
/// The delay before attempt `n` (counted from 0) is drawn evenly from zero to `first · 2ⁿ`, at most to `max`: many who
/// wait for the same thing then come back evenly spread, not in step. Randomness is an argument, so that the sequence can
/// be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    max: Duration,
}

impl Backoff {
    /// Delays of up to `first` at the begin and of up to `max` in the end.
    #[must_use]
    pub const fn new(first: Duration, max: Duration) -> Self {
        Self { first, max }
    }

    /// The delay before attempt `attempt`; `random` is drawn from `0.0..1.0`.
    #[must_use]
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempt.min(31)));
        let share = if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) };
        doubled.min(self.max).mul_f64(share)
    }
}

impl Default for Backoff {
    /// 100 ms to 4 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_secs(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: CON-13
    #[test]
    fn doubles_up_to_the_cap() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        let longest = |attempt| backoff.delay(attempt, 1.0).as_millis();

        assert_eq!([0, 1, 2, 3, 4, 5].map(longest), [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(backoff.delay(u32::MAX, 1.0), Duration::from_secs(1));
    }

    // spec: A40-20, CON-12
    #[test]
    fn delays_are_spread_over_the_whole_range() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(1));
        let at = |random| backoff.delay(0, random).as_millis();

        assert_eq!([0.0, 0.25, 0.5, 1.0].map(at), [0, 250, 500, 1000]);
        assert_eq!([-1.0, f64::NAN, 7.0].map(at), [0, 0, 1000]);
    }
}
