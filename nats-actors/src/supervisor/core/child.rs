//! One child as the core sees it.

use std::time::Duration;

use super::action::Parked;
use super::{ChildEnd, Exit, Moment, View};
use crate::supervisor::strategy::Restart;

/// A child's place in the order of addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::supervisor) struct ChildId(pub(in crate::supervisor) u64);

/// What the child's specification says about restarts and stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) struct Policy {
    pub(in crate::supervisor) restart: Restart,
    /// From the request to stop to the kill.
    pub(in crate::supervisor) shutdown: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    pub(super) policy: Policy,
    pub(super) phase: Phase,
    /// The current or last life; 0 before the first.
    pub(super) epoch: u64,
    /// Failures in a row, for the backoff.
    pub(super) failures: u32,
    /// This life has to end because a sibling failed; the child starts again afterwards.
    pub(super) cycle: bool,
    /// The child is forgotten when this life is over.
    pub(super) removed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// Without a life, and will have one.
    Waiting {
        not_before: Option<Moment>,
    },
    Starting,
    Up {
        since: Moment,
    },
    Stopping {
        stage: Stage,
    },
    Parked(Parked),
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    Asked {
        kill_at: Moment,
    },
    Killed {
        give_up_at: Moment,
    },
    /// Killed, and still there. Only its own end gets a child out of this, or the closing of the supervisor.
    Stuck,
}

impl Cell {
    pub(super) fn new(policy: Policy, epoch: u64) -> Self {
        Self {
            policy,
            phase: Phase::Waiting { not_before: None },
            epoch,
            failures: 0,
            cycle: false,
            removed: false,
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        matches!(self.phase, Phase::Starting | Phase::Up { .. } | Phase::Stopping { .. })
    }

    pub(super) fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping { .. })
    }

    /// Has a life that nobody has asked to stop.
    pub(super) fn is_unasked(&self) -> bool {
        matches!(self.phase, Phase::Starting | Phase::Up { .. })
    }

    pub(super) fn was_up_for(&self, now: Moment, span: Duration) -> bool {
        matches!(self.phase, Phase::Up { since } if now.saturating_sub(since) >= span)
    }

    pub(super) fn timer(&self) -> Option<Moment> {
        match self.phase {
            Phase::Waiting { not_before } => not_before,
            Phase::Stopping { stage: Stage::Asked { kill_at } } => Some(kill_at),
            Phase::Stopping { stage: Stage::Killed { give_up_at } } => Some(give_up_at),
            Phase::Stopping { stage: Stage::Stuck } | Phase::Starting | Phase::Up { .. } => None,
            Phase::Parked(_) | Phase::Done => None,
        }
    }

    pub(super) fn end(&self, exit: Exit) -> ChildEnd {
        match (self.phase, exit) {
            (Phase::Stopping { stage: Stage::Killed { .. } | Stage::Stuck }, _) => {
                ChildEnd::Aborted
            }
            (_, Exit::Normal) => ChildEnd::Drained,
            (_, Exit::Failed | Exit::Config | Exit::Process) => ChildEnd::Failed,
        }
    }

    pub(super) fn view(&self) -> View {
        let epoch = self.epoch;
        match self.phase {
            Phase::Waiting { not_before: None } => View::Waiting,
            Phase::Waiting { not_before: Some(until) } => View::Backoff { until },
            Phase::Starting => View::Starting { epoch },
            Phase::Up { .. } => View::Up { epoch },
            Phase::Stopping { .. } => View::Stopping { epoch },
            Phase::Parked(why) => View::Parked(why),
            Phase::Done => View::Stopped,
        }
    }
}
