//! The delay before attempt *n*.

use std::time::Duration;

/// By how much the longest delay grows from attempt to attempt.
const GROWTH: f64 = 1.5;
/// After so many attempts every delay has reached every cap.
const MOST: u32 = 200;

/// Exponential delays with a cap and full jitter.
///
/// The delay before attempt `n` (counted from 0) is drawn evenly from zero to `first · 1.5ⁿ`, at most to `max`: many who
/// wait for the same thing then come back evenly spread, not in step. After an outage the next attempt is a third of the
/// outage away, on average; with delays that double it would be two thirds. Randomness is an argument, so that the
/// sequence can be tested.
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
        let growth = GROWTH.powi(i32::try_from(attempt.min(MOST)).unwrap_or_default());
        let longest = (self.first.as_secs_f64() * growth).min(self.max.as_secs_f64());
        let share = if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) };
        Duration::try_from_secs_f64(longest * share).unwrap_or(self.max)
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
    fn grows_by_half_up_to_the_cap() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        let longest = |attempt| backoff.delay(attempt, 1.0).as_millis();

        assert_eq!([0, 1, 2, 3, 6, 7].map(longest), [100, 150, 225, 337, 1000, 1000]);
        assert_eq!(backoff.delay(u32::MAX, 1.0), Duration::from_secs(1));
        let endless = Backoff::new(Duration::MAX, Duration::MAX);
        assert_eq!(endless.delay(u32::MAX, 1.0), Duration::MAX);
        let none = Backoff::new(Duration::ZERO, Duration::MAX);
        assert_eq!(none.delay(u32::MAX, 1.0), Duration::ZERO);
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
