//! The actor that owns a connection's life: it decides, its tasks do.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ractor::{ActorProcessingErr, ActorRef};

use super::handover::Handover;
use super::lock::lock;
use super::message::ConnectionMsg;
use super::shared::Shared;
use super::task::Task;
use crate::protocol::ServerError;

/// Connects, watches the peer, connects again. No handler waits for the network.
#[derive(Debug)]
pub(super) struct ConnectionActor;

/// The present life of the actor. What must outlive it is in [`Shared`].
#[derive(Debug)]
pub(super) struct State {
    pub(super) shared: Arc<Shared>,
    /// Dialling, waiting to dial, or stopping the tasks of a lost connection.
    pub(super) busy: Option<Task>,
    pub(super) releasing: Option<Task>,
    pub(super) handover: Option<Handover>,
    /// Rounds over all servers since the last success.
    pub(super) rounds: u32,
    /// What the server said last before it closed the connection.
    pub(super) complaint: Option<ServerError>,
    _ticker: Task,
}

#[ractor::actor(message = ConnectionMsg, state = State, arguments = Arc<Shared>)]
impl ConnectionActor {
    async fn pre_start(
        &self,
        myself: ActorRef<ConnectionMsg>,
        shared: Arc<Shared>,
    ) -> Result<State, ActorProcessingErr> {
        let other = lock(&shared.moving.other).take();
        if let Some(other) = other {
            other.stop().await;
        }
        let leftover = lock(&shared.live).take();
        if let Some(live) = leftover {
            live.stop().await;
        }
        // Also when the crash came between the end of the tasks and this.
        let stale = shared.state.borrow().epoch();
        if let Some(epoch) = stale {
            shared.link_down(epoch, "the connection actor crashed".to_owned());
            shared.end_move();
        }
        let ticker = Task::spawn(tick(myself.clone(), shared.options.ping_interval));
        myself.cast(ConnectionMsg::Dial)?;
        if shared.released.load(Ordering::SeqCst) {
            myself.cast(ConnectionMsg::Release)?;
        }
        Ok(State {
            shared,
            busy: None,
            releasing: None,
            handover: None,
            rounds: 0,
            complaint: None,
            _ticker: ticker,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<ConnectionMsg>,
        message: ConnectionMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ConnectionMsg::Dial => state.dial(&myself),
            ConnectionMsg::Dialed(_, Ok(dialed)) => state.connected(*dialed, &myself),
            ConnectionMsg::Dialed(server, Err(error)) => state.failed(&server, error, &myself),
            ConnectionMsg::Lost(epoch, reason) => state.lost(epoch, reason, &myself),
            ConnectionMsg::Stopped(epoch, reason) => state.stopped(epoch, reason, &myself),
            ConnectionMsg::Control(epoch, control) => state.control(epoch, control, &myself),
            ConnectionMsg::Tick => state.tick(&myself),
            ConnectionMsg::Reconnect => state.reconnect(&myself),
            ConnectionMsg::Move(goal) => state.move_to(goal, &myself),
            ConnectionMsg::Moving(step) => state.step(step, &myself),
            ConnectionMsg::Release => state.release(&myself),
            ConnectionMsg::Close(report) => state.close(report, &myself),
        }
        Ok(())
    }
}

impl State {
    pub(super) fn epoch(&self) -> Option<u64> {
        lock(&self.shared.live).as_ref().map(|live| live.epoch)
    }
}

async fn tick(actor: ActorRef<ConnectionMsg>, ping_interval: Duration) {
    let period = (ping_interval / 4).clamp(Duration::from_millis(10), Duration::from_secs(1));
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        if actor.cast(ConnectionMsg::Tick).is_err() {
            return;
        }
    }
}
