//! How the children of an application or a group are supervised.

use std::time::Duration;

use crate::supervisor::{Backoff, Exhausted, StopOrder, Strategy, SupervisorOptions};

/// Who restarts together, how patiently, and what happens when restarting does not help.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::app::Supervise;
/// use nats_actors::supervisor::{Backoff, Exhausted};
///
/// let patient = Supervise::one_for_one()
///     .restarts(10, Duration::from_secs(60))
///     .backoff(Backoff::new(Duration::from_millis(200), Duration::from_secs(30)))
///     .on_exhausted(Exhausted::Park);
/// # drop(patient);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "settings do nothing until they are given to an application or a group"]
pub struct Supervise {
    strategy: Strategy,
    options: SupervisorOptions,
}

impl Supervise {
    /// Every child restarts alone. In a drain all are asked to stop at once.
    pub fn one_for_one() -> Self {
        Self::new(Strategy::OneForOne, StopOrder::Together)
    }

    /// A child restarts with those that were added after it. In a drain the last one stops first.
    pub fn rest_for_one() -> Self {
        Self::new(Strategy::RestForOne, StopOrder::Reverse)
    }

    /// All restart when one has to. In a drain the last one stops first.
    pub fn one_for_all() -> Self {
        Self::new(Strategy::OneForAll, StopOrder::Reverse)
    }

    /// How many restarts all children together may use in any window. Default: 10 in 60 s.
    pub fn restarts(mut self, restarts: usize, per: Duration) -> Self {
        self.options = self.options.intensity(restarts, per);
        self
    }

    /// How long a child waits before its next life. Default: 200 ms, doubling to 30 s.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.options = self.options.backoff(backoff);
        self
    }

    /// What to do when the restarts are used up. Default: [`Exhausted::Escalate`]. A group that escalates uses one
    /// restart of what it is in; an application that does ends.
    pub fn on_exhausted(mut self, exhausted: Exhausted) -> Self {
        self.options = self.options.exhausted(exhausted);
        self
    }

    pub(super) fn into_parts(self) -> (Strategy, SupervisorOptions) {
        (self.strategy, self.options)
    }

    pub(super) fn strategy(&self) -> Strategy {
        self.strategy
    }

    fn new(strategy: Strategy, order: StopOrder) -> Self {
        Self { strategy, options: SupervisorOptions::new().stop_order(order) }
    }
}

impl Default for Supervise {
    fn default() -> Self {
        Self::one_for_one()
    }
}
