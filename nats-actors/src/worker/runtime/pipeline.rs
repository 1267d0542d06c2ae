//! What all tasks of one running consumer share.

use std::sync::Arc;

use tokio::sync::watch;

use super::excused::Excused;
use super::port::Store;
use crate::worker::consumer::Consumer;
use crate::worker::outcome::Reason;
use crate::worker::spec::ConsumerSpec;
use crate::worker::statistics::Counters;

/// A consumer, its settings, and where its dead letters go.
pub(crate) struct Pipeline<C, S> {
    pub(crate) consumer: C,
    pub(crate) spec: ConsumerSpec,
    pub(crate) store: S,
    pub(crate) counters: Arc<Counters>,
    pub(crate) excused: Excused,
    phase: watch::Sender<Phase>,
}

/// What a running consumer is up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Messages are pulled and handled.
    Running,
    /// Nothing is pulled; what was kept is finished, what rests is given back.
    Draining,
    /// Nothing is pulled; what has not begun is given back. The reason is a failure, if it was one.
    Paused(Option<Reason>),
}

impl<C: Consumer, S: Store> Pipeline<C, S> {
    pub(crate) fn new(consumer: C, spec: ConsumerSpec, store: S, counters: Arc<Counters>) -> Self {
        let excused = Excused::default();
        Self { consumer, spec, store, counters, excused, phase: watch::Sender::new(Phase::Running) }
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Pauses, but for a reason only if it runs: the first failure is the one to report, and a drain goes on.
    pub(crate) fn pause_for(&self, reason: Reason) {
        self.phase.send_if_modified(|phase| {
            let runs = *phase == Phase::Running;
            if runs {
                *phase = Phase::Paused(Some(reason));
            }
            runs
        });
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    pub(crate) fn is_paused(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Paused(_))
    }

    /// Ends as soon as nothing may rest in place any more.
    pub(crate) async fn gives_back(&self) {
        // The sender lives in `self`.
        let _ = self.phase.subscribe().wait_for(|phase| *phase != Phase::Running).await;
    }
}
