//! Handles on running consumers.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::board::{Board, Phase};
use super::outcome::Reason;
use super::runtime::ConsumerMsg;
use super::spec::ConsumerSpec;
use super::statistics::Statistics;
use crate::supervisor::{DrainReport, NotUp, Slot, SlotState, SupervisorHandle};

/// A consumer, from outside: valid before its first life, between two lives, and after the last. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ConsumerHandle {
    spec: ConsumerSpec,
    board: Arc<Board>,
    slot: Slot<ConsumerMsg>,
}

/// What a consumer is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConsumerState {
    /// It is not up; the state of the child says why.
    Down(SlotState),
    /// It pulls and handles.
    Running,
    /// It pulls nothing, until it is resumed.
    Paused {
        /// What paused it: a fatal error, or a key that could not be handled. `None` if somebody asked for it.
        failure: Option<Reason>,
    },
    /// It finishes what it holds.
    Draining,
}

impl ConsumerHandle {
    pub(crate) fn new(spec: ConsumerSpec, board: Arc<Board>, slot: Slot<ConsumerMsg>) -> Self {
        Self { spec, board, slot }
    }

    /// The name: that of the durable consumer.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec.durable
    }

    /// The settings it runs with.
    #[must_use]
    pub fn spec(&self) -> &ConsumerSpec {
        &self.spec
    }

    /// What it has done since the process began, over all its lives.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.board.counters.snapshot()
    }

    /// What it is doing.
    #[must_use]
    pub fn state(&self) -> ConsumerState {
        match (self.slot.state(), self.board.phase()) {
            (SlotState::Up { .. }, Phase::Running) => ConsumerState::Running,
            (SlotState::Up { .. }, Phase::Paused { failure, .. }) => {
                ConsumerState::Paused { failure }
            }
            (SlotState::Up { .. } | SlotState::Stopping { .. }, Phase::Draining { .. }) => {
                ConsumerState::Draining
            }
            (down, _) => ConsumerState::Down(down),
        }
    }

    /// The last error that ended a life or prevented one.
    #[must_use]
    pub fn last_error(&self) -> Option<Arc<str>> {
        self.slot.last_error()
    }

    /// Waits until it is up.
    ///
    /// # Errors
    ///
    /// [`NotUp`] with the state: when the time has passed, or at once when it is parked or stopped.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn wait_up(&self, within: Duration) -> Result<(), NotUp> {
        self.slot.wait_up(within).await.map(|_| ())
    }

    /// Stops pulling and gives back what has not begun; what runs goes on. Holds over restarts, until it is resumed.
    pub fn pause(&self) {
        self.board.pause(None);
    }

    /// The same for a time, then it goes on by itself.
    pub fn pause_for(&self, time: Duration) {
        self.board.pause(Instant::now().checked_add(time));
    }

    /// Ends a pause, whatever its cause.
    pub fn resume(&self) {
        self.board.resume();
    }
}

/// A consumer that runs under a supervisor of its own.
#[derive(Clone, Debug)]
pub struct RunningConsumer {
    handle: ConsumerHandle,
    supervisor: SupervisorHandle,
}

impl RunningConsumer {
    pub(crate) fn new(handle: ConsumerHandle, supervisor: SupervisorHandle) -> Self {
        Self { handle, supervisor }
    }

    /// Stops pulling, finishes what can be finished within [`drain_timeout`](ConsumerSpec::drain_timeout), gives back the
    /// rest, and waits until the server has heard of it all.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the drain.
    pub async fn drain(&self) -> DrainReport {
        let within = self.handle.spec.drain_timeout.saturating_add(Duration::from_secs(2));
        self.supervisor.drain(within).await
    }

    /// Cancels the handlers and gives everything back.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the abort.
    pub async fn abort(&self) -> DrainReport {
        self.supervisor.abort().await
    }
}

impl Deref for RunningConsumer {
    type Target = ConsumerHandle;

    fn deref(&self) -> &ConsumerHandle {
        &self.handle
    }
}
