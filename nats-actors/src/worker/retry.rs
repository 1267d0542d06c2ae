//! How often a failed message is tried again, and when; pure.

use std::time::Duration;

/// How many attempts a message gets and how long it rests between them.
///
/// A value can be built in a `const`. The default is 8 attempts, resting 1 s, 2 s, 4 s … up to 2 min, each ± 20 %.
///
/// ```
/// # use std::time::Duration;
/// # use nats_actors::worker::{Backoff, RetryPolicy};
/// const POLICY: RetryPolicy = RetryPolicy::new()
///     .max_attempts(3)
///     .backoff(Backoff::exponential(Duration::from_secs(1), Duration::from_secs(60)))
///     .jitter(0.0);
///
/// assert_eq!(POLICY.delay(1, 0.5), Duration::from_secs(1));
/// assert_eq!(POLICY.delay(2, 0.5), Duration::from_secs(2));
/// assert!(POLICY.is_last(3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts after which a failing message is dead. Never 0. Default: 8.
    pub max_attempts: u32,
    /// Times a message may be snoozed before a further snooze counts as a failed attempt. Default: 100.
    pub max_snoozes: u32,
    /// The rest before the next attempt. Default: exponential, 1 s to 2 min.
    pub backoff: Backoff,
    /// Fraction by which a rest varies to either side, from 0 to 1. Default: 0.2.
    pub jitter: f64,
}

impl RetryPolicy {
    /// The default policy.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_attempts: 8,
            max_snoozes: 100,
            backoff: Backoff::exponential(Duration::from_secs(1), Duration::from_secs(120)),
            jitter: 0.2,
        }
    }

    /// Sets the number of attempts; 0 counts as 1. See [the field](Self#structfield.max_attempts).
    #[must_use]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// Sets how often a message may be snoozed. See [the field](Self#structfield.max_snoozes).
    #[must_use]
    pub const fn max_snoozes(mut self, snoozes: u32) -> Self {
        self.max_snoozes = snoozes;
        self
    }

    /// Sets the curve of the rests. See [the field](Self#structfield.backoff).
    #[must_use]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets the jitter; what is outside of 0 to 1 is brought to the nearer end. See [the field](Self#structfield.jitter).
    #[must_use]
    pub const fn jitter(mut self, fraction: f64) -> Self {
        self.jitter = if fraction >= 0.0 { fraction.min(1.0) } else { 0.0 };
        self
    }

    /// The rest after failed attempt `attempt` (the first is 1), where `random` from 0 to 1 picks the jitter.
    ///
    /// Never zero: a delay of zero would be an immediate redelivery, which burns a budget in milliseconds.
    #[must_use]
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let swing = self.jitter * (2.0 * random.clamp(0.0, 1.0) - 1.0);
        self.backoff.rest(attempt).mul_f64(1.0 + swing).max(MIN_DELAY)
    }

    /// Whether no attempt follows attempt `attempt` (the first is 1).
    #[must_use]
    pub const fn is_last(&self, attempt: u32) -> bool {
        attempt >= self.max_attempts
    }

    /// Whether attempt `attempt` must not be made any more.
    #[must_use]
    pub const fn is_exhausted(&self, attempt: u32) -> bool {
        attempt > self.max_attempts
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// How the rests between attempts grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backoff {
    /// Every rest is the same.
    Fixed(Duration),
    /// Each rest is longer than the one before by the first, up to `max`.
    Linear {
        /// The first rest, and the growth.
        first: Duration,
        /// The longest rest.
        max: Duration,
    },
    /// Each rest is twice the one before, up to `max`.
    Exponential {
        /// The first rest.
        first: Duration,
        /// The longest rest.
        max: Duration,
    },
    /// The rests one by one; the last one repeats. An empty list rests for a second.
    Steps(&'static [Duration]),
}

impl Backoff {
    /// The rest of an empty list of steps.
    const UNSAID: Duration = Duration::from_secs(1);

    /// Every rest is `rest`.
    #[must_use]
    pub const fn fixed(rest: Duration) -> Self {
        Self::Fixed(rest)
    }

    /// Rests of `first`, 2 × `first`, 3 × `first` … up to `max`.
    #[must_use]
    pub const fn linear(first: Duration, max: Duration) -> Self {
        Self::Linear { first, max }
    }

    /// Rests of `first`, 2 × `first`, 4 × `first` … up to `max`.
    #[must_use]
    pub const fn exponential(first: Duration, max: Duration) -> Self {
        Self::Exponential { first, max }
    }

    /// The given rests in turn; the last one repeats.
    #[must_use]
    pub const fn steps(rests: &'static [Duration]) -> Self {
        Self::Steps(rests)
    }

    /// The rest after failed attempt `attempt` (the first is 1), before jitter.
    #[must_use]
    pub fn rest(&self, attempt: u32) -> Duration {
        let before = attempt.saturating_sub(1);
        match *self {
            Self::Fixed(rest) => rest,
            Self::Linear { first, max } => first.saturating_mul(attempt.max(1)).min(max),
            Self::Exponential { first, max } => {
                let factor = 1_u32.checked_shl(before).unwrap_or(u32::MAX);
                first.saturating_mul(factor).min(max)
            }
            Self::Steps(rests) => {
                let index = usize::try_from(before).unwrap_or(usize::MAX);
                rests.get(index).or_else(|| rests.last()).copied().unwrap_or(Self::UNSAID)
            }
        }
    }
}

const MIN_DELAY: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_curve_grows_as_its_name_says() {
        const STEPS: Backoff = Backoff::steps(&[SECOND, Duration::from_secs(9)]);
        let rests =
            |backoff: Backoff| (1..=4).map(|n| backoff.rest(n).as_secs()).collect::<Vec<_>>();

        assert_eq!(rests(Backoff::fixed(SECOND * 3)), [3, 3, 3, 3]);
        assert_eq!(rests(Backoff::linear(SECOND * 2, SECOND * 7)), [2, 4, 6, 7]);
        assert_eq!(rests(Backoff::exponential(SECOND, SECOND * 5)), [1, 2, 4, 5]);
        assert_eq!(rests(STEPS), [1, 9, 9, 9]);
        assert_eq!(rests(Backoff::steps(&[])), [1, 1, 1, 1]);
    }

    #[test]
    fn the_budget_ends_with_the_last_attempt() {
        let policy = RetryPolicy::new().max_attempts(3);

        assert!(!policy.is_last(2));
        assert!(policy.is_last(3));
        assert!(!policy.is_exhausted(3));
        assert!(policy.is_exhausted(4));
        assert!(RetryPolicy::new().max_attempts(0).is_last(1));
    }

    #[test]
    fn jitter_outside_its_range_is_brought_back() {
        assert!((RetryPolicy::new().jitter(7.0).jitter - 1.0).abs() < f64::EPSILON);
        assert!(RetryPolicy::new().jitter(-1.0).jitter.abs() < f64::EPSILON);
        assert!(RetryPolicy::new().jitter(f64::NAN).jitter.abs() < f64::EPSILON);
    }

    proptest! {
        // spec: GAP-03
        #[test]
        fn a_delay_stays_within_the_jitter_and_is_never_zero(
            attempt in 0_u32..200, random in 0.0_f64..1.0, jitter in 0.0_f64..1.0, first in 1_u64..5_000,
        ) {
            let backoff = Backoff::exponential(Duration::from_millis(first), SECOND * 120);
            let policy = RetryPolicy::new().backoff(backoff).jitter(jitter);

            let (rest, delay) = (backoff.rest(attempt).as_secs_f64(), policy.delay(attempt, random));

            prop_assert!(delay > Duration::ZERO);
            prop_assert!(delay.as_secs_f64() <= rest * (1.0 + jitter) + 0.002);
            prop_assert!(delay.as_secs_f64() >= rest * (1.0 - jitter) - 0.002);
        }

        #[test]
        fn rests_never_shrink(attempt in 1_u32..100) {
            let backoff = Backoff::exponential(SECOND, SECOND * 3600);
            prop_assert!(backoff.rest(attempt + 1) >= backoff.rest(attempt));
        }
    }
}
