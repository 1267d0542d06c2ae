//! Carries the core's decisions out, and publishes what they did.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use ractor::{ActorRef, SupervisionEvent};
use tokio::sync::watch;
use tokio::time::Instant;

use super::core::{Action, ChildId, Closing, Core, Exit};
use super::end::End;
use super::life::{Life, Order};
use super::options::SupervisorOptions;
use super::report::{DrainReport, EndCause, Ended};
use super::runner::{Report, Runner};
use super::shared::{Input, Shared};
use super::spec::AnySpec;
use super::state::SlotState;
use super::strategy::Strategy;
use super::sync::lock;
use super::{publish, timer};

/// The state of the supervisor's actor.
///
/// Dropping it is the end of the supervisor, also when its actor was killed: the lives see their orders closed and end,
/// the timer goes, and the handles are told.
pub(super) struct Keeper {
    core: Core,
    shared: Arc<Shared>,
    myself: Option<ActorRef<()>>,
    members: BTreeMap<ChildId, Member>,
    timer: watch::Sender<Option<Instant>>,
    report: DrainReport,
}

struct Member {
    spec: AnySpec,
    /// Comes back when this supervisor does, so its end here is not its end.
    kept: bool,
    /// `None` between two lives.
    orders: Option<watch::Sender<Order>>,
    /// What a child that is a supervisor said about its own children.
    below: Option<DrainReport>,
}

impl Keeper {
    pub(super) fn new(strategy: Strategy, options: SupervisorOptions, shared: Arc<Shared>) -> Self {
        Self {
            core: Core::new(strategy, options),
            shared,
            myself: None,
            members: BTreeMap::new(),
            timer: watch::Sender::new(None),
            report: DrainReport::default(),
        }
    }

    pub(super) fn connect(&mut self, myself: ActorRef<()>) {
        tokio::spawn(timer::run(self.timer.subscribe(), myself.clone()));
        self.myself = Some(myself);
    }

    pub(super) fn record(&self, event: SupervisionEvent) {
        self.shared.exits.record(event);
    }

    /// Takes in what was told, does what is due, and says whether the supervisor is over.
    pub(super) fn wake(&mut self) -> bool {
        for input in self.shared.inbox.take() {
            self.apply(input);
            self.carry_out();
        }
        self.core.tick(self.shared.now());
        self.carry_out();
        let next = self.core.next_timeout().map(|moment| self.shared.instant(moment));
        self.timer.send_if_modified(|timer| std::mem::replace(timer, next) != next);
        self.shared.ended.borrow().is_some()
    }

    fn apply(&mut self, input: Input) {
        let now = self.shared.now();
        match input {
            Input::Add { id, spec, kept } => {
                let (policy, begun) = (spec.policy(), spec.place().begun());
                self.members.insert(id, Member { spec, kept, orders: None, below: None });
                self.core.add(now, id, policy, begun);
                self.publish_state(id);
            }
            Input::Up { id, epoch } => self.core.up(now, id, epoch),
            Input::Ended { id, epoch, end } => self.ended(id, epoch, end),
            Input::Retry { id } => self.core.retry(now, id),
            Input::Remove { id } => self.core.remove(now, id),
            Input::Drain { within } => self.core.drain(now, within),
            Input::Abort => self.core.abort(now),
        }
    }

    fn ended(&mut self, id: ChildId, epoch: u64, end: End) {
        if let Some(member) = self.members.get_mut(&id) {
            member.orders = None;
            member.below = end.report;
            if let Some(error) = end.error.filter(|_| end.exit != Exit::Normal) {
                member.spec.place().record_error(error);
            }
        }
        self.core.ended(self.shared.now(), id, epoch, end.exit, fastrand::u32(..));
    }

    fn carry_out(&mut self) {
        let mut changed = BTreeSet::new();
        let actions = self.core.take_actions();
        if actions.is_empty() {
            return;
        }
        let (mut finished, mut notes) = (None, Vec::new());
        for action in actions {
            match action {
                Action::Finish { why } => finished = Some(why),
                Action::Note { id, note } => {
                    let place = self.members.get(&id).map(|member| Arc::clone(member.spec.place()));
                    notes.extend(place.map(|place| (place, note)));
                    changed.insert(id);
                }
                action => changed.extend(self.perform(action)),
            }
        }
        if self.core.is_group() {
            changed.extend(self.members.keys());
        }
        changed.into_iter().for_each(|id| self.publish_state(id));
        // Behind the states, so that whoever is woken by an event finds them.
        notes.iter().for_each(|(place, note)| publish::event(&self.shared, place, *note));
        // Last, so that whoever waited for the end finds every slot stopped.
        finished.into_iter().for_each(|why| self.finish(why));
    }

    /// Does one thing, and names the child that it changed.
    fn perform(&mut self, action: Action) -> Option<ChildId> {
        match action {
            Action::Start { id, epoch } => self.start(id, epoch),
            Action::Stop { id, kill_at } => {
                let kill_at = self.shared.instant(kill_at);
                self.order(id, Order::Stop { kill_at });
            }
            Action::Kill { id } => self.order(id, Order::Kill),
            Action::Note { id, .. } => return Some(id),
            Action::Forget { id } => self.forget(id),
            Action::Closed { id, end } => {
                if let Some(member) = self.members.get(&id) {
                    let given_up =
                        member.spec.place().supervisor().and_then(|below| below.try_ended());
                    let below = member
                        .below
                        .as_ref()
                        .or_else(|| given_up.as_ref().map(|ended| &ended.report));
                    self.report.push(member.spec.place().name(), end.into(), below);
                }
            }
            Action::Finish { .. } => {}
        }
        None
    }

    fn start(&mut self, id: ChildId, epoch: u64) {
        let (Some(member), Some(myself)) = (self.members.get_mut(&id), &self.myself) else {
            return;
        };
        let spec = member.spec.clone();
        let (sender, orders) = watch::channel(Order::Run);
        member.orders = Some(sender);
        spec.place().begin(epoch);
        let name = Arc::clone(spec.place().name());
        let life =
            Life::new(name, epoch, orders.clone(), Arc::clone(&self.shared), myself.get_cell());
        let report = Report::new(Arc::clone(&self.shared), spec.clone(), id, epoch);
        tokio::spawn(Runner { spec, life, orders, report }.run());
    }

    fn order(&self, id: ChildId, order: Order) {
        if let Some(orders) = self.members.get(&id).and_then(|member| member.orders.as_ref()) {
            orders.send_replace(order);
        }
    }

    fn forget(&mut self, id: ChildId) {
        self.shared.forget(id);
        if let Some(member) = self.members.remove(&id) {
            member.spec.place().publish(SlotState::Stopped);
            // The specification holds the user's closure, whose values may panic when they are dropped.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(member)));
        }
    }

    fn finish(&mut self, why: Closing) {
        let blame = |child: ChildId| {
            let place = self.members.get(&child).map(|member| member.spec.place());
            let name = place.map_or_else(|| "?".into(), |place| Arc::clone(place.name()));
            let error =
                place.and_then(|place| place.last_error()).unwrap_or_else(|| "it ended".into());
            (name, error)
        };
        let cause = match why {
            Closing::Asked => EndCause::Asked,
            Closing::Escalated { child } => {
                let (child, error) = blame(child);
                EndCause::Escalated { child, error }
            }
            Closing::Exit { child } => {
                let (child, error) = blame(child);
                EndCause::Exit { child, error }
            }
        };
        self.over(cause);
    }

    fn publish_state(&self, id: ChildId) {
        let Some(member) = self.members.get(&id) else {
            return;
        };
        let name_of = |sibling| {
            self.members.get(&sibling).map(|member| Arc::clone(member.spec.place().name()))
        };
        let place = member.spec.place();
        let state = publish::state(&self.shared, place, self.core.view(id), name_of);
        if state == SlotState::Stopped && member.kept && self.core.is_closing() {
            place.publish(SlotState::Waiting);
        } else {
            place.publish(state);
        }
    }

    /// Tells the end, once; the first cause stays.
    fn over(&mut self, cause: EndCause) {
        lock(&self.shared.table).closed = true;
        let ended = Ended { cause, report: std::mem::take(&mut self.report) };
        self.shared.ended.send_if_modified(|old| {
            let first = old.is_none();
            old.get_or_insert(ended);
            first
        });
        if self.shared.is_root {
            self.shared.history.close();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let killed = self.shared.ended.borrow().is_none();
        if killed {
            for member in self.members.values() {
                let state = if member.kept { SlotState::Waiting } else { SlotState::Stopped };
                member.spec.place().publish(state);
            }
            self.over(EndCause::Killed);
        }
    }
}
