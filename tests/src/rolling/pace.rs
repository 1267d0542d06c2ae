//! So many a second.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior};

const TICK: Duration = Duration::from_millis(2);

/// How far it may be behind: what a busy machine missed within that time is made up for, what is older is not.
const DEBT: Duration = Duration::from_secs(1);

/// So many a second, by the clock.
#[derive(Debug)]
pub(super) struct Pace {
    ticks: Interval,
    rate: f64,
    begin: Instant,
    /// What was due so far, and has been told or given up.
    past: f64,
}

impl Pace {
    pub(super) fn new(rate: u32) -> Self {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Self { ticks, rate: f64::from(rate), begin: Instant::now(), past: 0.0 }
    }

    /// Waits for the next tick; returns how many are due by then.
    pub(super) async fn due(&mut self) -> u32 {
        self.ticks.tick().await;
        self.due_at(self.begin.elapsed())
    }

    fn due_at(&mut self, elapsed: Duration) -> u32 {
        let planned = elapsed.as_secs_f64() * self.rate;
        self.past = self.past.max(planned - DEBT.as_secs_f64() * self.rate);
        let due = (planned - self.past).floor();
        self.past += due;
        due as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_missed_is_made_up_for_and_what_is_older_is_not() {
        let mut pace = Pace::new(5_000);
        let mut at = |seconds: f64| pace.due_at(Duration::from_secs_f64(seconds));
        let count: u32 = (0..=500).map(|tick| at(f64::from(tick) / 500.0)).sum();

        assert_eq!(count, 5_000);
        assert_eq!(at(1.5), 2_500);
        assert_eq!(at(1.5), 0);
        assert_eq!(at(11.5), 5_000);
        assert_eq!(at(11.6), 500);
    }
}
