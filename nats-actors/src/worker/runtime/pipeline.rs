//! What all tasks of one running consumer share.

use std::sync::Arc;

use super::excused::Excused;
use super::port::Store;
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
}

impl<C: Consumer, S: Store> Pipeline<C, S> {
    pub(crate) fn new(consumer: C, spec: ConsumerSpec, store: S, board: Arc<Board>) -> Self {
        let counters = Arc::clone(&board.counters);
        Self { consumer, spec, store, board, counters, excused: Excused::default() }
    }
}
