//! What the actor changes during a move.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ractor::ActorRef;
use tokio::sync::oneshot;

use super::flow::{Flow, Goal, Step};
use crate::connection::actor::State;
use crate::connection::dial::Dialed;
use crate::connection::event::Event;
use crate::connection::intake::Control;
use crate::connection::life::ConnectedServer;
use crate::connection::live::Live;
use crate::connection::lock::lock;
use crate::connection::message::ConnectionMsg;
use crate::connection::task::Task;
use crate::protocol::ServerInfo;

/// A move under way.
#[derive(Debug)]
pub(in crate::connection) struct Handover {
    /// Of its flow.
    number: u64,
    goal: Goal,
    /// The connection that is moved to, while it is not the present one yet.
    joined: Option<Joined>,
    crossed: bool,
    /// The server that was moved to is about to shut down too.
    again: bool,
    _flow: Task,
}

#[derive(Debug)]
struct Joined {
    server: ConnectedServer,
    info: Arc<ServerInfo>,
    /// It is about to shut down, too.
    lame: bool,
}

impl State {
    /// The present server is about to shut down.
    pub(in crate::connection) fn lame_duck(&mut self, myself: &ActorRef<ConnectionMsg>) {
        if let Some(live) = &*lock(&self.shared.live) {
            self.shared.moving.mark(&live.server, true);
        }
        if self.shared.options.handover.on_lame_duck {
            let delay = self.shared.options.handover.delay.mul_f64(fastrand::f64());
            self.move_after(delay, Goal::Other, myself);
        }
    }

    /// Moves to another server, unless a move or a reconnect is under way.
    pub(in crate::connection) fn move_to(&mut self, goal: Goal, myself: &ActorRef<ConnectionMsg>) {
        self.move_after(Duration::ZERO, goal, myself);
    }

    fn move_after(&mut self, delay: Duration, goal: Goal, myself: &ActorRef<ConnectionMsg>) {
        if let Some(under_way) = &mut self.handover {
            under_way.again |= under_way.crossed && goal == Goal::Other;
            return;
        }
        if let Some(flow) = self.flow(goal, myself) {
            self.begin(flow.number, goal, flow.run(delay));
        }
    }

    /// Does `flow` instead of what was under way.
    fn begin(&mut self, number: u64, goal: Goal, flow: impl Future<Output = ()> + Send + 'static) {
        self.handover = Some(Handover {
            number,
            goal,
            joined: None,
            crossed: false,
            again: false,
            _flow: Task::spawn(flow),
        });
    }

    fn flow(&self, goal: Goal, myself: &ActorRef<ConnectionMsg>) -> Option<Flow> {
        let shared = Arc::clone(&self.shared);
        let number = shared.moving.next_flow();
        let (from, epoch) = {
            let live = lock(&shared.live);
            let live = live.as_ref()?;
            (live.server.clone(), live.epoch)
        };
        let server_id = lock(&shared.info).server_id.clone();
        Some(Flow { shared, actor: myself.clone(), number, goal, from, server_id, epoch })
    }

    pub(in crate::connection) fn step(
        &mut self,
        flow: u64,
        step: Step,
        myself: &ActorRef<ConnectionMsg>,
    ) {
        let is_other = |handover: &Handover| handover.number != flow;
        if self.handover.as_ref().is_none_or(is_other) || self.shared.is_closed() {
            return;
        }
        match step {
            Step::Join(dialed, answer) => answered(answer, self.join(*dialed, myself)),
            Step::Cross(answer) => answered(answer, self.cross()),
            Step::GiveUp => self.give_up(myself),
            Step::GivenUp => self.given_up(myself),
            Step::Over => {
                let again = self.handover.take().is_some_and(|handover| handover.again);
                if again {
                    self.lame_duck(myself);
                }
            }
        }
    }

    fn join(&mut self, dialed: Dialed, myself: &ActorRef<ConnectionMsg>) -> bool {
        let Some(handover) = &mut self.handover else { return false };
        let shared = &self.shared;
        let epoch = shared.counters.connections.load(Ordering::Relaxed) + 1;
        if !shared.join(epoch) {
            return false;
        }
        shared.counters.connections.store(epoch, Ordering::Relaxed);
        let (server, info) = (dialed.as_connected(epoch), Arc::clone(&dialed.info));
        handover.joined = Some(Joined { server, info, lame: false });
        let live = Live::start(epoch, dialed, Vec::new(), shared, myself);
        *lock(&shared.moving.other) = Some(live);
        true
    }

    /// Makes the new connection the present one, as soon as nothing of the stream is left with the old one.
    fn cross(&mut self) -> bool {
        let Some(handover) = &mut self.handover else { return false };
        // A connection that is being stopped is accounted for first: then the new one takes over.
        let stands = lock(&self.shared.live).is_some();
        if !stands || handover.joined.is_none() || !self.shared.outbox.cross() {
            return false;
        }
        handover.crossed = true;
        if let Some(joined) = handover.joined.take() {
            std::mem::swap(&mut *lock(&self.shared.live), &mut *lock(&self.shared.moving.other));
            let server = self.arrived(&joined);
            self.shared.events.push(Event::Moved { epoch: joined.server.epoch, server });
            self.leaves_again(&joined);
        }
        true
    }

    /// The server that was moved to may be about to shut down, too.
    fn leaves_again(&mut self, joined: &Joined) {
        if joined.lame {
            self.shared.events.push(Event::LameDuck);
            self.handover.iter_mut().for_each(|handover| handover.again = true);
        }
    }

    /// The server that was joined is the present one.
    fn arrived(&self, joined: &Joined) -> String {
        let shared = &self.shared;
        shared.life.begin(joined.server.clone());
        lock(&shared.pool).connected(&joined.server.address);
        shared.moving.mark(&joined.server.address, false);
        shared.adopt(&joined.info);
        let epoch = Some(joined.server.epoch);
        shared.state.send_modify(|state| *state = state.linked(epoch));
        joined.server.address.to_string()
    }

    /// What the other connection's server says, besides messages.
    pub(in crate::connection) fn control_of_other(&mut self, epoch: u64, control: Control) {
        let joined = self.handover.as_mut().and_then(|handover| handover.joined.as_mut());
        let Some(joined) = joined.filter(|joined| joined.server.epoch == epoch) else { return };
        if let Control::Info(info) = control {
            joined.lame |= info.ldm;
            joined.info = Arc::new(*info);
        }
    }

    /// The socket of the other connection is gone; `false` if it is not that one.
    pub(in crate::connection) fn other_is_lost(
        &mut self,
        epoch: u64,
        myself: &ActorRef<ConnectionMsg>,
    ) -> bool {
        let is_other = lock(&self.shared.moving.other).as_ref().map(|other| other.epoch);
        if is_other != Some(epoch) {
            return false;
        }
        match &self.handover {
            // It has served: what it has brought is there.
            Some(handover) if handover.crossed => self.shared.outbox.old_is_gone(),
            _ => self.give_up(myself),
        }
        true
    }

    /// Stops the new connection, fully, before anything is decided about what it brought.
    fn give_up(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let (other, myself) = (lock(&self.shared.moving.other).take(), myself.clone());
        let goal = self.handover.as_ref().map_or(Goal::Other, |handover| handover.goal);
        let number = self.shared.moving.next_flow();
        self.begin(number, goal, async move {
            if let Some(other) = other {
                other.stop(false).await;
            }
            let _ = myself.cast(ConnectionMsg::Moving(number, Step::GivenUp));
        });
    }

    fn given_up(&mut self, myself: &ActorRef<ConnectionMsg>) {
        let Some(handover) = self.handover.take() else { return };
        self.shared.outbox.new_is_gone();
        self.shared.outbox.limit_to(&self.shared.server_info());
        self.shared.merges_without_new();
        if self.shared.moving.is_parted() {
            // The old server does not know any subscription any more.
            return self.reconnect(myself);
        }
        let delay = self.shared.options.reconnect.delay_after(1, fastrand::f64());
        self.move_after(delay, handover.goal, myself);
    }

    /// The present connection is lost while the one that was left still brings messages: that one is stopped first.
    /// Gives `then` back if there is nothing to stop.
    pub(in crate::connection) fn stop_left(
        &mut self,
        then: ConnectionMsg,
        myself: &ActorRef<ConnectionMsg>,
    ) -> Option<ConnectionMsg> {
        let crossed = self.handover.as_ref().is_some_and(|handover| handover.crossed);
        let Some(left) = lock(&self.shared.moving.other).take_if(|_| crossed) else {
            return Some(then);
        };
        let myself = myself.clone();
        let number = self.shared.moving.next_flow();
        self.begin(number, Goal::Other, async move {
            left.stop(false).await;
            let _ = myself.cast(then);
        });
        None
    }

    /// The present connection is lost and reported: one that was joined takes its place.
    pub(in crate::connection) fn takes_over(&mut self, myself: &ActorRef<ConnectionMsg>) -> bool {
        let other = lock(&self.shared.moving.other).take();
        let joined = self.handover.take().and_then(|handover| handover.joined);
        let (Some(other), Some(joined)) = (other, joined) else {
            self.shared.end_move();
            return false;
        };
        // What it would refuse is not sent to it.
        self.shared.outbox.limit_to(&joined.info);
        let announcements = self.shared.link_up();
        if !self.shared.moving.is_merging() {
            // It has not heard of them yet.
            self.shared.outbox.tell_new(&announcements);
        }
        self.shared.outbox.old_is_gone();
        *lock(&self.shared.live) = Some(other);
        self.shared.moving.began_anew(joined.server.epoch);
        let server = self.arrived(&joined);
        self.shared.events.push(Event::Connected { epoch: joined.server.epoch, server });
        if let Some(flow) = self.flow(Goal::Other, myself) {
            self.begin(flow.number, Goal::Other, flow.finish());
            self.handover.iter_mut().for_each(|handover| handover.crossed = true);
        }
        self.leaves_again(&joined);
        true
    }
}

fn answered(answer: oneshot::Sender<bool>, yes: bool) {
    let _ = answer.send(yes);
}
