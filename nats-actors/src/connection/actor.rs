//! The actor that owns a connection's life: it decides, its tasks do.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ractor::{ActorProcessingErr, ActorRef};

use super::attempt::{Attempt, Start};
use super::handover::Handover;
use super::lock::lock;
use super::losing::Stopping;
use super::message::ConnectionMsg;
use super::reason::DisconnectCause;
use super::reminder::remind;
use super::shared::Shared;
use super::task::Task;
use crate::error::Error;

/// Connects, watches the peer, connects again. No handler waits for the network.
#[derive(Debug)]
pub(super) struct ConnectionActor;

/// The present life of the actor. What must outlive it is in [`Shared`].
#[derive(Debug)]
pub(super) struct State {
    pub(super) shared: Arc<Shared>,
    /// Waiting to dial, or dialling.
    pub(super) attempt: Option<Attempt>,
    pub(super) stopping: Option<Stopping>,
    pub(super) releasing: Option<Task>,
    /// Passes over all servers since the last success.
    pub(super) passes: u32,
    /// The first refused login of this pass.
    pub(super) refused: Option<Error>,
    pub(super) handover: Option<Handover>,
    _ticker: Task,
    _reminder: Task,
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
            other.stop(false).await;
        }
        let leftover = lock(&shared.live).take();
        if let Some(live) = leftover {
            live.stop(false).await;
        }
        // Also when the crash came between the end of the tasks and this.
        let stale = shared.state.borrow().epoch();
        if let Some(epoch) = stale {
            shared.link_down(epoch, DisconnectCause::Crashed.into());
            shared.end_move();
            shared.begin_pass_after_loss();
        } else {
            shared.begin_pass(&mut lock(&shared.pool));
        }
        let ticker = Task::spawn(tick(myself.clone(), shared.options.ping_interval));
        let reminder = Task::spawn(remind(Arc::clone(&shared)));
        let attempt = Some(Attempt::begin(&shared, Start::Now, &myself));
        if shared.released.load(Ordering::SeqCst) {
            myself.cast(ConnectionMsg::Release)?;
        }
        Ok(State {
            shared,
            attempt,
            stopping: None,
            releasing: None,
            passes: 0,
            refused: None,
            handover: None,
            _ticker: ticker,
            _reminder: reminder,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<ConnectionMsg>,
        message: ConnectionMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ConnectionMsg::Dialed(_, Ok(dialed)) => state.connected(*dialed, &myself),
            ConnectionMsg::Dialed(server, Err(error)) => state.failed(&server, error, &myself),
            ConnectionMsg::NoServers => state.no_servers(&myself),
            ConnectionMsg::Lost(epoch, lost) => state.lost(epoch, lost, &myself),
            ConnectionMsg::Stopped(epoch, lost) => state.stopped(epoch, lost, &myself),
            ConnectionMsg::Control(epoch, control) => state.control(epoch, control, &myself),
            ConnectionMsg::Tick => state.tick(&myself),
            ConnectionMsg::Reconnect => state.reconnect(&myself),
            ConnectionMsg::Move(goal) => state.move_to(goal, &myself),
            ConnectionMsg::Moving(flow, step) => state.step(flow, step, &myself),
            ConnectionMsg::Release => state.release(&myself),
            ConnectionMsg::Stop => state.stop(&myself),
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
