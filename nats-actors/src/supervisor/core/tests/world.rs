//! Children as the core cannot see them: which lives there really are, and what must never happen to them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::supervisor::core::{Action, ChildEnd, ChildId, Core, Exit, Moment, Note, Policy, View};
use crate::supervisor::options::SupervisorOptions;
use crate::supervisor::strategy::{StopOrder, Strategy};

pub(super) const WINDOW: Duration = Duration::from_secs(60);
pub(super) const MAX_RESTARTS: usize = 2;

/// What may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Up(ChildId),
    End(ChildId, Exit),
    Timeout,
    Drain,
    Abort,
    Retry(ChildId),
    Remove(ChildId),
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) core: Core,
    strategy: Strategy,
    order: StopOrder,
    now: Moment,
    lives: BTreeMap<ChildId, Life>,
    last_epochs: BTreeMap<ChildId, u64>,
    given_up: BTreeSet<ChildId>,
    removed: BTreeSet<ChildId>,
    retried: BTreeSet<ChildId>,
    not_before: BTreeMap<ChildId, Moment>,
    restarts: Vec<Moment>,
    finish_by: Option<Moment>,
    pub(super) finished: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Life {
    epoch: u64,
    up: bool,
    /// Asked to stop, and told when it will be killed.
    kill_at: Option<Moment>,
    killed: bool,
}

impl Life {
    fn is_asked(&self) -> bool {
        self.killed || self.kill_at.is_some()
    }
}

impl World {
    pub(super) fn new(strategy: Strategy, options: SupervisorOptions, children: &[Policy]) -> Self {
        let options = options.intensity(MAX_RESTARTS, WINDOW);
        let mut world = Self {
            strategy,
            order: options.stop_order,
            core: Core::new(strategy, options),
            now: Duration::ZERO,
            lives: BTreeMap::new(),
            last_epochs: BTreeMap::new(),
            given_up: BTreeSet::new(),
            removed: BTreeSet::new(),
            retried: BTreeSet::new(),
            not_before: BTreeMap::new(),
            restarts: Vec::new(),
            finish_by: None,
            finished: false,
        };
        for (id, policy) in (0..).zip(children) {
            world.core.add(world.now, ChildId(id), *policy, 0);
            world.obey();
        }
        world
    }

    /// Everything that may happen in this state.
    pub(super) fn steps(&self, children: u64) -> Vec<Step> {
        let mut steps = Vec::new();
        for (id, life) in &self.lives {
            if !life.up {
                steps.push(Step::Up(*id));
            }
            steps.extend(
                [Exit::Normal, Exit::Failed, Exit::Config].map(|exit| Step::End(*id, exit)),
            );
        }
        if self.core.next_timeout().is_some() {
            steps.push(Step::Timeout);
        }
        if self.finish_by.is_none() {
            steps.extend([Step::Drain, Step::Abort]);
        }
        for id in (0..children).map(ChildId) {
            if self.removed.is_empty() {
                steps.push(Step::Remove(id));
            }
            if self.retried.is_empty() {
                steps.push(Step::Retry(id));
            }
        }
        steps
    }

    pub(super) fn take(&mut self, step: Step) {
        match step {
            Step::Up(id) => {
                let life = self.lives.get_mut(&id).unwrap();
                life.up = true;
                let epoch = life.epoch;
                self.core.up(self.now, id, epoch);
            }
            Step::End(id, exit) => {
                let life = self.lives.remove(&id).unwrap();
                self.core.ended(self.now, id, life.epoch, exit, 0);
            }
            Step::Timeout => {
                self.now = self.now.max(self.core.next_timeout().unwrap());
                self.core.tick(self.now);
                assert!(
                    self.core.next_timeout().is_none_or(|at| at > self.now),
                    "a timer stays due"
                );
            }
            Step::Drain => self.drain(Duration::from_secs(4)),
            Step::Abort => {
                self.finish_by = Some(self.now + Duration::from_millis(100));
                self.core.abort(self.now);
            }
            Step::Retry(id) => {
                self.retried.insert(id);
                self.not_before.remove(&id);
                self.core.retry(self.now, id);
            }
            Step::Remove(id) => {
                self.removed.insert(id);
                self.core.remove(self.now, id);
            }
        }
        self.obey();
        self.check();
    }

    pub(super) fn drain(&mut self, within: Duration) {
        let by = self.now + within;
        self.finish_by = Some(self.finish_by.map_or(by, |earlier| earlier.min(by)));
        self.core.drain(self.now, within);
    }

    /// Carries out what the core asks for, and refuses what it must not ask for.
    pub(super) fn obey(&mut self) {
        for action in self.core.take_actions() {
            assert!(
                !self.finished || matches!(action, Action::Forget { .. }),
                "{action:?} after the end"
            );
            match action {
                Action::Start { id, epoch } => self.start(id, epoch),
                Action::Stop { id, kill_at } => self.stop(id, kill_at),
                Action::Kill { id } => self.kill(id),
                Action::Note { id, note: Note::Backoff { until } } => self.back_off(id, until),
                Action::Closed { id, end: ChildEnd::Abandoned } => drop(self.given_up.insert(id)),
                Action::Finish { .. } => {
                    self.finished = true;
                    let left = self.lives.keys().find(|id| !self.given_up.contains(id));
                    assert_eq!(left, None, "the supervisor ended before its child");
                }
                Action::Note { .. } | Action::Closed { .. } | Action::Forget { .. } => {}
            }
        }
    }

    pub(super) fn check(&self) {
        if let Some(by) = self.finish_by {
            assert!(self.finished || self.now < by, "not over at the deadline");
        }
        for (id, life) in self.lives.iter().filter(|(id, _)| !self.given_up.contains(id)) {
            let epoch = life.epoch;
            let late = life.kill_at.zip(self.finish_by).is_some_and(|(kill, by)| kill > by);
            assert!(!late, "{id:?} was promised more time than the drain has");
            let seen = match (life.is_asked(), life.up) {
                (true, _) => View::Stopping { epoch },
                (false, true) => View::Up { epoch },
                (false, false) => View::Starting { epoch },
            };
            assert_eq!(self.core.view(*id), seen);
        }
    }

    /// Nothing is going on and nothing will: then nobody may be waiting.
    pub(super) fn check_rest(&self, children: u64) {
        for id in (0..children).map(ChildId) {
            let view = self.core.view(id);
            assert!(!matches!(view, View::Waiting | View::Backoff { .. }), "{id:?} waits for ever");
            let tied = match self.strategy {
                Strategy::OneForOne => None,
                Strategy::RestForOne => self.lives.range(ChildId(id.0 + 1)..).next(),
                Strategy::OneForAll => self.lives.iter().find(|(other, _)| **other != id),
            };
            let alone = matches!(view, View::Parked(_)) && !self.finished;
            assert!(!alone || tied.is_none(), "{id:?} is parked and its siblings are not stopped");
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.core.is_closing()
    }

    /// A life that does what it is asked to, if there is one.
    pub(super) fn obedient_step(&self) -> Option<Step> {
        let asked =
            self.lives.iter().find(|(id, life)| life.is_asked() && !self.given_up.contains(id));
        let new = self.lives.iter().find(|(_, life)| !life.up && !life.is_asked());
        let timeout = self.core.next_timeout().map(|_| Step::Timeout);
        asked
            .map(|(id, _)| Step::End(*id, Exit::Normal))
            .or_else(|| new.map(|(id, _)| Step::Up(*id)))
            .or(timeout)
    }

    pub(super) fn check_that_other_epochs_are_ignored(&self) {
        let lives = self.lives.iter().map(|(id, life)| (*id, life.epoch));
        for (id, epoch, other) in lives.flat_map(|(id, e)| [(id, e, e - 1), (id, e, e + 1)]) {
            let mut core = self.core.clone();
            core.up(self.now, id, other);
            core.ended(self.now, id, other, Exit::Failed, 0);
            assert!(
                core == self.core,
                "a report of life {other} was taken for one of life {epoch}"
            );
        }
    }

    fn start(&mut self, id: ChildId, epoch: u64) {
        assert_eq!(self.finish_by, None, "a start while draining");
        assert!(!self.removed.contains(&id), "a start of a child that was removed");
        let last = self.last_epochs.insert(id, epoch).unwrap_or(0);
        assert!(epoch > last, "an epoch came twice");
        if self.strategy != Strategy::OneForOne {
            let ready = |id| matches!(self.core.view(id), View::Up { .. } | View::Stopped);
            assert!((0..id.0).map(ChildId).all(ready), "a start before an earlier sibling is up");
            let later = self.lives.range(ChildId(id.0 + 1)..).next();
            assert!(
                later.is_none() || self.retried.contains(&id),
                "a start while a later one lives"
            );
        }
        let life = Life { epoch, up: false, kill_at: None, killed: false };
        let early = self.not_before.remove(&id).is_some_and(|at| self.now < at);
        assert!(!early, "a start before the end of its backoff");
        assert!(self.lives.insert(id, life).is_none(), "two lives of one child");
    }

    fn stop(&mut self, id: ChildId, kill_at: Moment) {
        let closing = self.core.is_closing();
        let later = self.lives.range(ChildId(id.0 + 1)..).map(|(id, _)| id);
        let in_the_way = later.copied().find(|id| !self.given_up.contains(id));
        let ordered = match self.strategy {
            _ if closing => self.order == StopOrder::Reverse,
            Strategy::OneForOne => false,
            Strategy::RestForOne | Strategy::OneForAll => !self.removed.contains(&id),
        };
        let life = self.lives.get_mut(&id).expect("a life to stop");
        if !life.is_asked() && ordered {
            assert_eq!(in_the_way, None, "{id:?} is stopped before a later one is gone");
        }
        let tied = self.strategy != Strategy::OneForOne || closing || self.removed.contains(&id);
        assert!(tied, "one-for-one stops a child because of another");
        life.kill_at = Some(kill_at);
    }

    fn kill(&mut self, id: ChildId) {
        let life = self.lives.get_mut(&id).expect("a life to kill");
        let early = life.kill_at.is_none_or(|at| self.now < at) && !self.core.is_closing();
        assert!(!early, "a kill before its time");
        life.killed = true;
    }

    fn back_off(&mut self, id: ChildId, until: Moment) {
        self.not_before.insert(id, until);
        self.restarts.push(self.now);
        let recent = self.restarts.iter().filter(|at| **at + WINDOW > self.now).count();
        assert!(recent <= MAX_RESTARTS, "more restarts than the budget allows");
    }
}
