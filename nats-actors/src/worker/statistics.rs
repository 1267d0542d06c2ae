//! What a consumer has done: counters that any thread may read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The counters of one consumer since the process began; they survive restarts of the consumer.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) received: AtomicU64,
    pub(crate) handled: AtomicU64,
    pub(crate) acked: AtomicU64,
    pub(crate) retried: AtomicU64,
    pub(crate) snoozed: AtomicU64,
    pub(crate) terminated: AtomicU64,
    pub(crate) dead_lettered: AtomicU64,
    pub(crate) dead_letters_failed: AtomicU64,
    pub(crate) panicked: AtomicU64,
    pub(crate) timed_out: AtomicU64,
    pub(crate) stale_skipped: AtomicU64,
    pub(crate) given_back: AtomicU64,
    pub(crate) leases_renewed: AtomicU64,
    pub(crate) leases_lost: AtomicU64,
    pub(crate) in_flight: AtomicU64,
    pub(crate) lanes_held: AtomicU64,
    mean_nanos: AtomicU64,
}

impl Counters {
    /// Adds one to a counter.
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes one from a gauge.
    pub(crate) fn uncount(gauge: &AtomicU64) {
        gauge.fetch_sub(1, Ordering::Relaxed);
    }

    /// An attempt took this long: the mean moves an eighth of the way.
    pub(crate) fn took(&self, time: Duration) {
        let new = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1);
        let old = self.mean_nanos.load(Ordering::Relaxed);
        let mean = if old == 0 { new } else { old - old / 8 + new / 8 };
        self.mean_nanos.store(mean, Ordering::Relaxed);
    }

    /// How long an attempt takes on average, if any has ended.
    pub(crate) fn mean(&self) -> Option<Duration> {
        Some(self.mean_nanos.load(Ordering::Relaxed))
            .filter(|nanos| *nanos > 0)
            .map(Duration::from_nanos)
    }

    /// All counters at this moment.
    pub(crate) fn snapshot(&self) -> Statistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Statistics {
            received: read(&self.received),
            handled: read(&self.handled),
            acked: read(&self.acked),
            retried: read(&self.retried),
            snoozed: read(&self.snoozed),
            terminated: read(&self.terminated),
            dead_lettered: read(&self.dead_lettered),
            dead_letters_failed: read(&self.dead_letters_failed),
            panicked: read(&self.panicked),
            timed_out: read(&self.timed_out),
            stale_skipped: read(&self.stale_skipped),
            given_back: read(&self.given_back),
            leases_renewed: read(&self.leases_renewed),
            leases_lost: read(&self.leases_lost),
            in_flight: read(&self.in_flight),
            lanes_held: read(&self.lanes_held),
            mean_attempt: self.mean(),
        }
    }
}

/// What a consumer has done, at one moment. The counters are read one after the other, not at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Deliveries that arrived.
    pub received: u64,
    /// Attempts that ended, in whatever way.
    pub handled: u64,
    /// Messages acknowledged.
    pub acked: u64,
    /// Attempts after which another one follows.
    pub retried: u64,
    /// Snoozes.
    pub snoozed: u64,
    /// Messages given up without a dead letter.
    pub terminated: u64,
    /// Dead letters stored.
    pub dead_lettered: u64,
    /// Dead letters that could not be stored; their messages come back.
    pub dead_letters_failed: u64,
    /// Attempts that panicked.
    pub panicked: u64,
    /// Attempts cancelled by their timeout.
    pub timed_out: u64,
    /// Deliveries not run because their lease was over.
    pub stale_skipped: u64,
    /// Deliveries given back without an attempt, by a drain, a pause or a crash.
    pub given_back: u64,
    /// Leases renewed.
    pub leases_renewed: u64,
    /// Leases that were lost while their delivery was held.
    pub leases_lost: u64,
    /// Deliveries held now.
    pub in_flight: u64,
    /// Lanes held now by a message that rests.
    pub lanes_held: u64,
    /// How long an attempt takes, as a moving average.
    pub mean_attempt: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_follows_the_times() {
        let counters = Counters::default();
        assert_eq!(counters.mean(), None);

        for _ in 0..100 {
            counters.took(Duration::from_millis(8));
        }

        assert!(counters.mean().is_some_and(
            |mean| mean.abs_diff(Duration::from_millis(8)) < Duration::from_micros(100)
        ));
    }
}
