//! The state of a supervisor, and what each thing that happens does to it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::action::{Action, Exit, Note, Parked, View};
use super::budget::Budget;
use super::child::{Cell, ChildId, Phase, Policy};
use super::closing::{Closing, Mode};
use crate::supervisor::options::SupervisorOptions;
use crate::supervisor::strategy::{Exhausted, Restart, Strategy};

/// Time since the supervisor started.
pub(in crate::supervisor) type Moment = Duration;

/// A supervisor's children and what is due for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) struct Core {
    pub(super) strategy: Strategy,
    pub(super) options: SupervisorOptions,
    pub(super) children: BTreeMap<ChildId, Cell>,
    /// Those that have a life: starting, up or stopping. Kept beside the table so that a drain of many is not quadratic.
    pub(super) alive: BTreeSet<ChildId>,
    pub(super) timers: BTreeSet<(Moment, ChildId)>,
    pub(super) budget: Budget,
    pub(super) mode: Mode,
    pub(super) actions: Vec<Action>,
}

impl Core {
    pub(in crate::supervisor) fn new(strategy: Strategy, options: SupervisorOptions) -> Self {
        Self {
            strategy,
            budget: Budget::new(options.max_restarts, options.window),
            options,
            children: BTreeMap::new(),
            alive: BTreeSet::new(),
            timers: BTreeSet::new(),
            mode: Mode::Running,
            actions: Vec::new(),
        }
    }

    /// A new child, later than all others; `id` must be greater than theirs. Its first life is the one after `epoch`.
    pub(in crate::supervisor) fn add(
        &mut self,
        now: Moment,
        id: ChildId,
        policy: Policy,
        epoch: u64,
    ) {
        self.children.insert(id, Cell::new(policy, epoch));
        if self.mode == Mode::Running {
            self.settle(now, id);
        } else {
            self.finish_child(id);
        }
    }

    /// The life reports that it can be used.
    pub(in crate::supervisor) fn up(&mut self, now: Moment, id: ChildId, epoch: u64) {
        let starting = |cell: &&Cell| cell.epoch == epoch && cell.phase == Phase::Starting;
        if self.children.get(&id).filter(starting).is_none() {
            return;
        }
        self.set_phase(id, Phase::Up { since: now });
        self.note(id, Note::Up { epoch });
        self.settle(now, id);
    }

    /// The life is over and nothing of it is left. Reports of an earlier epoch are ignored.
    pub(in crate::supervisor) fn ended(
        &mut self,
        now: Moment,
        id: ChildId,
        epoch: u64,
        exit: Exit,
        entropy: u32,
    ) {
        if !self.alive.contains(&id) {
            return;
        }
        let Some(cell) = self.children.get(&id).filter(|cell| cell.epoch == epoch).cloned() else {
            return;
        };
        self.note(id, Note::Ended { epoch, exit });
        if self.is_closing() {
            self.closed_child(id, cell.end(exit));
        } else if exit == Exit::Process {
            self.finish_child(id);
            self.close(now, Closing::Exit { child: id });
        } else if cell.removed {
            self.forget(id);
        } else if cell.cycle {
            self.end_of_cycle(id, &cell, exit);
        } else {
            self.decide(now, id, &cell, exit, entropy);
        }
        self.settle(now, id);
    }

    /// Does what has come due.
    pub(in crate::supervisor) fn tick(&mut self, now: Moment) {
        while let Some((at, id)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(at, id));
            self.due(now, id);
            self.settle(now, id);
        }
        self.tick_closing(now);
    }

    /// Starts a child that is parked, done or waiting, as if it had never failed. Ignored while it has a life.
    pub(in crate::supervisor) fn retry(&mut self, now: Moment, id: ChildId) {
        let Some(cell) = self.children.get_mut(&id) else {
            return;
        };
        if self.mode != Mode::Running || self.alive.contains(&id) {
            return;
        }
        cell.failures = 0;
        self.set_phase(id, Phase::Waiting { not_before: None });
        self.settle(now, id);
    }

    /// Stops a child and forgets it; its siblings stay as they are.
    pub(in crate::supervisor) fn remove(&mut self, now: Moment, id: ChildId) {
        if let Some(cell) = self.children.get_mut(&id).filter(|_| self.alive.contains(&id)) {
            cell.removed = true;
        } else if self.children.contains_key(&id) {
            self.forget(id);
        }
        self.settle(now, id);
    }

    /// When [`tick`](Self::tick) is due, if nothing else happens first.
    pub(in crate::supervisor) fn next_timeout(&self) -> Option<Moment> {
        let child = self.timers.first().map(|(at, _)| *at);
        [child, self.mode.next_timeout()].into_iter().flatten().min()
    }

    pub(in crate::supervisor) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// What a child looks like from outside.
    pub(in crate::supervisor) fn view(&self, id: ChildId) -> View {
        let Some(cell) = self.children.get(&id) else {
            return View::Stopped;
        };
        match (cell.view(), self.parked_sibling(id)) {
            (View::Waiting | View::Backoff { .. }, Some(sibling)) => View::ParkedBy { sibling },
            (view, _) => view,
        }
    }

    /// Whether a change of one child can change what its siblings look like.
    pub(in crate::supervisor) fn is_group(&self) -> bool {
        self.strategy != Strategy::OneForOne
    }

    pub(super) fn decide(
        &mut self,
        now: Moment,
        id: ChildId,
        cell: &Cell,
        exit: Exit,
        entropy: u32,
    ) {
        let wants_more = match cell.policy.restart {
            Restart::Permanent => true,
            Restart::Transient => exit != Exit::Normal,
            Restart::Temporary => false,
        };
        if !wants_more {
            self.finish_child(id);
        } else if exit == Exit::Config {
            self.park(id, Parked::Config);
        } else if self.budget.take(now) {
            self.back_off(now, id, cell, entropy);
        } else {
            self.exhausted(now, id);
        }
    }

    pub(super) fn exhausted(&mut self, now: Moment, id: ChildId) {
        self.note(id, Note::Exhausted);
        match self.options.exhausted {
            Exhausted::Park => self.park(id, Parked::Exhausted),
            Exhausted::Escalate => {
                self.finish_child(id);
                self.close(now, Closing::Escalated { child: id });
            }
            Exhausted::Exit => {
                self.finish_child(id);
                self.close(now, Closing::Exit { child: id });
            }
        }
    }

    pub(super) fn back_off(&mut self, now: Moment, id: ChildId, cell: &Cell, entropy: u32) {
        let failures =
            if cell.was_up_for(now, self.options.backoff.reset_after) { 0 } else { cell.failures };
        let until = now.saturating_add(self.options.backoff.delay(failures, entropy));
        if let Some(cell) = self.children.get_mut(&id) {
            cell.failures = failures.saturating_add(1);
        }
        self.set_phase(id, Phase::Waiting { not_before: Some(until) });
        self.note(id, Note::Backoff { until });
        self.take_siblings_along(id);
    }

    pub(super) fn park(&mut self, id: ChildId, why: Parked) {
        self.set_phase(id, Phase::Parked(why));
        self.note(id, Note::Parked(why));
        self.take_siblings_along(id);
    }

    /// After a stop that the strategy asked for. A transient child that ended well before it was asked is done.
    pub(super) fn end_of_cycle(&mut self, id: ChildId, cell: &Cell, exit: Exit) {
        let done_by_itself = exit == Exit::Normal
            && !cell.is_stopping()
            && cell.policy.restart == Restart::Transient;
        if cell.policy.restart == Restart::Temporary || done_by_itself {
            self.finish_child(id);
        } else if exit == Exit::Config && !cell.is_stopping() {
            self.park(id, Parked::Config);
        } else {
            self.set_phase(id, Phase::Waiting { not_before: None });
        }
    }

    /// The end of a child that will not be started again by itself.
    pub(super) fn finish_child(&mut self, id: ChildId) {
        self.set_phase(id, Phase::Done);
        self.note(id, Note::Stopped);
        if self.children.get(&id).is_some_and(|cell| cell.policy.restart == Restart::Temporary) {
            self.forget(id);
        }
    }

    pub(super) fn forget(&mut self, id: ChildId) {
        self.set_phase(id, Phase::Done);
        self.children.remove(&id);
        self.actions.push(Action::Forget { id });
    }

    /// Keeps the table, the set of the living and the timers in step; no other place writes a phase.
    pub(super) fn set_phase(&mut self, id: ChildId, phase: Phase) {
        let Some(cell) = self.children.get_mut(&id) else {
            return;
        };
        if let Some(at) = cell.timer() {
            self.timers.remove(&(at, id));
        }
        cell.phase = phase;
        if let Some(at) = cell.timer() {
            self.timers.insert((at, id));
        }
        if cell.is_alive() {
            self.alive.insert(id);
        } else {
            cell.cycle = false;
            self.alive.remove(&id);
        }
    }

    pub(super) fn note(&mut self, id: ChildId, note: Note) {
        self.actions.push(Action::Note { id, note });
    }
}
