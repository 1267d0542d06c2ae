//! After every change: which children may start now, and which have to stop.

use super::child::{Cell, Phase, Stage};
use super::closing::Mode;
use super::{Action, ChildId, Core, Moment, Note};
use crate::supervisor::strategy::Strategy;

impl Core {
    /// Brings the supervisor as far as it can go without waiting; `id` is the child that changed.
    pub(super) fn settle(&mut self, now: Moment, id: ChildId) {
        match (self.mode, self.strategy) {
            (Mode::Running, Strategy::OneForOne) => self.settle_alone(now, id),
            (Mode::Running, Strategy::RestForOne | Strategy::OneForAll) => self.settle_group(now),
            (Mode::Closing { .. }, _) => self.settle_closing(now),
            (Mode::Closed, _) => {}
        }
    }

    /// Marks the siblings that the strategy ties to a child that needs a new life.
    pub(super) fn take_siblings_along(&mut self, id: ChildId) {
        for sibling in self.alive.iter().filter(|sibling| **sibling != id) {
            let tied = match self.strategy {
                Strategy::OneForOne => false,
                Strategy::RestForOne => *sibling > id,
                Strategy::OneForAll => true,
            };
            if let Some(cell) = self.children.get_mut(sibling).filter(|_| tied) {
                cell.cycle = true;
            }
        }
    }

    /// The parked child that keeps this one down, if there is one.
    pub(super) fn parked_sibling(&self, id: ChildId) -> Option<ChildId> {
        if self.strategy == Strategy::OneForOne {
            return None;
        }
        let parked = |(_, cell): &(&ChildId, &Cell)| matches!(cell.phase, Phase::Parked(_));
        let (first, _) = self.children.iter().find(parked)?;
        let tied = match self.strategy {
            Strategy::OneForOne => false,
            Strategy::RestForOne => *first < id,
            Strategy::OneForAll => *first != id,
        };
        tied.then_some(*first)
    }

    /// Asks a life to end.
    pub(super) fn ask_to_stop(&mut self, now: Moment, id: ChildId) {
        let Some(cell) = self.children.get(&id) else {
            return;
        };
        let own = now.saturating_add(cell.policy.shutdown);
        let kill_at = self.mode.kill_at().map_or(own, |closing| closing.min(own));
        let epoch = cell.epoch;
        self.set_phase(id, Phase::Stopping { stage: Stage::Asked { kill_at } });
        self.note(id, Note::Stopping { epoch });
        self.actions.push(Action::Stop { id, kill_at });
    }

    pub(super) fn kill(&mut self, now: Moment, id: ChildId) {
        let give_up_at = now.saturating_add(self.options.kill_grace);
        self.set_phase(id, Phase::Stopping { stage: Stage::Killed { give_up_at } });
        self.actions.push(Action::Kill { id });
    }

    /// A child's own timer fired.
    pub(super) fn due(&mut self, now: Moment, id: ChildId) {
        let Some((phase, epoch)) = self.children.get(&id).map(|cell| (cell.phase, cell.epoch))
        else {
            return;
        };
        match phase {
            Phase::Waiting { .. } => self.set_phase(id, Phase::Waiting { not_before: None }),
            Phase::Stopping { stage: Stage::Asked { .. } } => self.kill(now, id),
            Phase::Stopping { stage: Stage::Killed { .. } } if self.is_closing() => {
                self.abandon(id);
            }
            Phase::Stopping { stage: Stage::Killed { .. } } => {
                self.set_phase(id, Phase::Stopping { stage: Stage::Stuck });
                self.note(id, Note::Stuck { epoch });
            }
            Phase::Stopping { stage: Stage::Stuck } | Phase::Starting | Phase::Up { .. } => {}
            Phase::Parked(_) | Phase::Done => {}
        }
    }

    fn settle_alone(&mut self, now: Moment, id: ChildId) {
        let Some(cell) = self.children.get(&id) else {
            return;
        };
        if cell.removed && cell.is_unasked() {
            self.ask_to_stop(now, id);
        } else if cell.phase == (Phase::Waiting { not_before: None }) {
            self.start(id);
        }
    }

    fn settle_group(&mut self, now: Moment) {
        self.stop_from_the_end(now);
        if let Some(id) = self.next_to_start() {
            self.start(id);
        }
    }

    /// Asks the last of those that have to stop; the ones before it follow when it is gone.
    fn stop_from_the_end(&mut self, now: Moment) {
        let mut later_one_stops = false;
        for id in self.alive.clone().into_iter().rev() {
            let Some(cell) = self.children.get(&id) else {
                continue;
            };
            let (cycle, ask) = (cell.cycle, (cell.cycle || cell.removed) && cell.is_unasked());
            if ask && !later_one_stops {
                self.ask_to_stop(now, id);
            }
            later_one_stops |= cycle;
        }
    }

    /// The first child without a life, if all before it are up or done and nobody it is tied to is still stopping.
    fn next_to_start(&self) -> Option<ChildId> {
        let settled = |cell: &Cell| matches!(cell.phase, Phase::Up { .. } | Phase::Done);
        let (id, cell) = self.children.iter().find(|(_, cell)| !settled(cell))?;
        let may_start = cell.phase == (Phase::Waiting { not_before: None })
            && self.parked_sibling(*id).is_none()
            && !self.children.values().any(|cell| cell.cycle)
            && !self.all_wait_for_one();
        may_start.then_some(*id)
    }

    /// Under one-for-all the whole group waits while one of it backs off.
    fn all_wait_for_one(&self) -> bool {
        let backs_off = |cell: &Cell| matches!(cell.phase, Phase::Waiting { not_before: Some(_) });
        self.strategy == Strategy::OneForAll && self.children.values().any(backs_off)
    }

    fn start(&mut self, id: ChildId) {
        let Some(cell) = self.children.get_mut(&id) else {
            return;
        };
        cell.epoch += 1;
        let epoch = cell.epoch;
        self.set_phase(id, Phase::Starting);
        self.note(id, Note::Starting { epoch });
        self.actions.push(Action::Start { id, epoch });
    }
}
