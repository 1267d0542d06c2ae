//! The end of a supervisor: asked for, or because it gave up.

use std::time::Duration;

use super::child::{Phase, Stage};
use super::{Action, ChildEnd, ChildId, Core, Moment, Note};
use crate::supervisor::strategy::StopOrder;

/// Why a supervisor ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum Closing {
    /// Its owner asked.
    Asked,
    /// The restarts were used up by this child.
    Escalated { child: ChildId },
    /// The same, or the same further down, and the process should end.
    Exit { child: ChildId },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    Running,
    Closing {
        why: Closing,
        /// When everything that is left is killed. `None`: only each child's own shutdown time counts.
        kill_at: Option<Moment>,
        /// When everything that is left is given up.
        finish_at: Option<Moment>,
    },
    Closed,
}

impl Mode {
    pub(super) fn kill_at(self) -> Option<Moment> {
        match self {
            Self::Closing { kill_at, .. } => kill_at,
            Self::Running | Self::Closed => None,
        }
    }

    pub(super) fn next_timeout(self) -> Option<Moment> {
        match self {
            Self::Closing { kill_at, finish_at, .. } => {
                [kill_at, finish_at].into_iter().flatten().min()
            }
            Self::Running | Self::Closed => None,
        }
    }
}

impl Core {
    /// Stops all children within a time: asks first, kills what is left a little before the end. No time is an abort.
    pub(in crate::supervisor) fn drain(&mut self, now: Moment, within: Duration) {
        if within.is_zero() {
            return self.abort(now);
        }
        let reserve = self.options.kill_grace.min(within / 4);
        self.close_by(now, now.saturating_add(within - reserve), now.saturating_add(within));
    }

    /// Kills all children now.
    pub(in crate::supervisor) fn abort(&mut self, now: Moment) {
        self.close_by(now, now, now.saturating_add(self.options.kill_grace));
    }

    /// Ends the supervisor because it gave up.
    pub(super) fn close(&mut self, now: Moment, why: Closing) {
        if let Closing::Escalated { child } | Closing::Exit { child } = why {
            self.note(child, Note::Escalated);
        }
        self.enter_closing(now, why);
        self.settle_closing(now);
    }

    /// Nothing starts any more.
    pub(in crate::supervisor) fn is_closing(&self) -> bool {
        self.mode != Mode::Running
    }

    pub(super) fn closed_child(&mut self, id: ChildId, end: ChildEnd) {
        self.actions.push(Action::Closed { id, end });
        self.finish_child(id);
    }

    /// Goes on without a child that could not be killed.
    pub(super) fn abandon(&mut self, id: ChildId) {
        if let Some(epoch) = self.children.get(&id).map(|cell| cell.epoch) {
            self.note(id, Note::Stuck { epoch });
        }
        self.closed_child(id, ChildEnd::Abandoned);
    }

    pub(super) fn tick_closing(&mut self, now: Moment) {
        let Mode::Closing { kill_at, finish_at, .. } = self.mode else {
            return;
        };
        if kill_at.is_some_and(|at| at <= now) {
            self.kill_all(now);
        }
        if finish_at.is_some_and(|at| at <= now) {
            self.alive.clone().into_iter().rev().for_each(|id| self.abandon(id));
        }
        self.settle_closing(now);
    }

    pub(super) fn settle_closing(&mut self, now: Moment) {
        let Mode::Closing { why, .. } = self.mode else {
            return;
        };
        let next = match self.options.stop_order {
            StopOrder::Reverse => 1,
            StopOrder::Together => usize::MAX,
        };
        let due: Vec<_> = self.alive.iter().rev().take(next).copied().collect();
        for id in due {
            if self.children.get(&id).is_some_and(|cell| cell.is_unasked()) {
                self.ask_to_stop(now, id);
            }
        }
        if self.alive.is_empty() {
            self.mode = Mode::Closed;
            self.actions.push(Action::Finish { why });
        }
    }

    fn close_by(&mut self, now: Moment, kill: Moment, finish: Moment) {
        self.enter_closing(now, Closing::Asked);
        if let Mode::Closing { kill_at, finish_at, .. } = &mut self.mode {
            *kill_at = Some(kill_at.map_or(kill, |at| at.min(kill)));
            *finish_at = Some(finish_at.map_or(finish, |at| at.min(finish)));
        }
        self.hurry(kill);
        self.tick_closing(now);
    }

    /// Nothing starts any more; whoever has no life is done.
    fn enter_closing(&mut self, now: Moment, why: Closing) {
        if self.mode != Mode::Running {
            return;
        }
        self.mode = Mode::Closing { why, kill_at: None, finish_at: None };
        for id in self.children.keys().copied().collect::<Vec<_>>() {
            let phase = self.children.get(&id).map(|cell| cell.phase);
            match phase {
                Some(Phase::Waiting { .. } | Phase::Parked(_)) => self.finish_child(id),
                Some(Phase::Stopping { stage: Stage::Stuck }) => self.kill(now, id),
                Some(Phase::Starting | Phase::Up { .. } | Phase::Stopping { .. } | Phase::Done)
                | None => {}
            }
        }
    }

    /// Children that were asked to stop before get no more time than the others.
    fn hurry(&mut self, kill_at: Moment) {
        for id in self.alive.clone() {
            let phase = self.children.get(&id).map(|cell| cell.phase);
            if let Some(Phase::Stopping { stage: Stage::Asked { kill_at: own } }) = phase
                && own > kill_at
            {
                self.set_phase(id, Phase::Stopping { stage: Stage::Asked { kill_at } });
                self.actions.push(Action::Stop { id, kill_at });
            }
        }
    }

    fn kill_all(&mut self, now: Moment) {
        if let Mode::Closing { kill_at, .. } = &mut self.mode {
            *kill_at = None;
        }
        for id in self.alive.clone().into_iter().rev() {
            let killed = |stage| matches!(stage, Stage::Killed { .. } | Stage::Stuck);
            match self.children.get(&id).map(|cell| cell.phase) {
                Some(Phase::Stopping { stage }) if killed(stage) => {}
                _ => self.kill(now, id),
            }
        }
    }
}
