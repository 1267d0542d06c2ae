//! What all tasks of one running consumer share.

use std::sync::Arc;

use super::excused::Excused;
use super::port::Store;
use crate::propagation::Propagator;
use crate::worker::board::Board;
use crate::worker::consumer::Consumer;
use crate::worker::spec::ConsumerSpec;
use crate::worker::statistics::Counters;

/// A consumer, its settings, and where its dead letters go.
pub(crate) struct Pipeline<C, S> {
    pub(crate) consumer: C,
    pub(crate) spec: ConsumerSpec,
    pub(crate) store: S,
    pub(crate) board: Arc<Board>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) excused: Excused,
    pub(crate) propagator: Option<Propagator>,
}

impl<C: Consumer, S: Store> Pipeline<C, S> {
    pub(crate) fn new(consumer: C, spec: ConsumerSpec, store: S, board: Arc<Board>) -> Self {
        let counters = Arc::clone(&board.counters);
        let (excused, propagator) = (Excused::default(), None);
        Self { consumer, spec, store, board, counters, excused, propagator }
    }

    /// Runs attempts in the traces of their messages.
    pub(crate) fn propagating(mut self, propagator: Option<Propagator>) -> Self {
        self.propagator = propagator;
        self
    }
}
