//! What is known of a consumer across its lives: its counters, and what it is up to.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::outcome::Reason;
use super::statistics::Counters;

/// What a running consumer is up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Messages are pulled and handled.
    Running,
    /// Nothing is pulled; what can be finished in time is finished, the rest is given back.
    Draining { by: Instant },
    /// Nothing is pulled; what has not begun is given back.
    Paused { until: Option<Instant>, failure: Option<Reason> },
}

/// Shared by the handles of a consumer and all its lives.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) counters: Arc<Counters>,
    phase: watch::Sender<Phase>,
}

impl Board {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { counters: Arc::default(), phase: watch::Sender::new(Phase::Running) })
    }

    /// A life begins: what the last one was asked to finish is finished; a pause holds on.
    pub(crate) fn begin(&self) {
        self.change(|phase| matches!(phase, Phase::Draining { .. }).then_some(Phase::Running));
    }

    pub(crate) fn drain(&self, by: Instant) {
        self.change(|_| Some(Phase::Draining { by }));
    }

    /// Pauses, unless it drains.
    pub(crate) fn pause(&self, until: Option<Instant>) {
        let pause = Phase::Paused { until, failure: None };
        self.change(|phase| (!matches!(phase, Phase::Draining { .. })).then_some(pause));
    }

    /// Pauses because of a failure, if it runs: the first failure is the one to report.
    pub(crate) fn fail(&self, reason: Reason) {
        let pause = Phase::Paused { until: None, failure: Some(reason) };
        self.change(|phase| (*phase == Phase::Running).then_some(pause));
    }

    pub(crate) fn resume(&self) {
        self.change(|phase| matches!(phase, Phase::Paused { .. }).then_some(Phase::Running));
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.borrow().clone()
    }

    pub(crate) fn is_paused(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Paused { .. })
    }

    /// Ends as soon as nothing may rest in place any more.
    pub(crate) async fn gives_back(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.watch().wait_for(|phase| *phase != Phase::Running).await;
    }

    fn change(&self, next: impl FnOnce(&Phase) -> Option<Phase>) {
        self.phase.send_if_modified(|phase| {
            let next = next(phase);
            let changed = next.is_some();
            if let Some(next) = next {
                *phase = next;
            }
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_outlives_a_life_and_a_drain_does_not() {
        let board = Board::new();
        board.pause(None);
        board.begin();
        assert!(board.is_paused());

        board.drain(Instant::now());
        board.pause(None);
        assert!(matches!(board.phase(), Phase::Draining { .. }));

        board.begin();
        assert_eq!(board.phase(), Phase::Running);
    }

    #[test]
    fn the_first_failure_is_the_one_to_report() {
        let board = Board::new();
        board.fail("first".into());
        board.fail("second".into());

        assert_eq!(board.phase(), Phase::Paused { until: None, failure: Some("first".into()) });
        board.resume();
        assert_eq!(board.phase(), Phase::Running);
    }
}
