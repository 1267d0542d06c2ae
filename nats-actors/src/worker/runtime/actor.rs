//! The actor of a consumer: control messages in, phases out. Deliveries never pass through it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use ractor::{ActorProcessingErr, ActorRef};

use super::attempt::panic_text;
use super::port::{BoxError, Origin, Store};
use super::pump::Pump;
use crate::handler::Deadline;
use crate::supervisor::{Child, Life, StartError};
use crate::worker::board::Board;
use crate::worker::consumer::Consumer;

/// What the actor of a consumer is told.
#[derive(Debug)]
pub(crate) enum ConsumerMsg {
    /// Finish what can be finished, give back the rest, and end.
    Drain,
    /// The pump has ended.
    PumpEnded(Result<(), BoxError>),
}

struct ConsumerActor;

struct State {
    board: Arc<Board>,
    drain_timeout: Duration,
}

#[ractor::actor(message = ConsumerMsg, state = State, arguments = State)]
impl ConsumerActor {
    async fn pre_start(
        &self,
        _myself: ActorRef<ConsumerMsg>,
        state: State,
    ) -> Result<State, ActorProcessingErr> {
        state.board.begin();
        Ok(state)
    }

    async fn handle(
        &self,
        myself: ActorRef<ConsumerMsg>,
        message: ConsumerMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ConsumerMsg::Drain => {
                state.board.drain(Deadline::after(state.drain_timeout).instant());
                Ok(())
            }
            ConsumerMsg::PumpEnded(Ok(())) => {
                myself.stop(None);
                Ok(())
            }
            ConsumerMsg::PumpEnded(Err(error)) => Err(error),
        }
    }
}

/// Starts the actor and its pump, which live and end together.
pub(super) async fn start<C: Consumer, S: Store, O: Origin>(
    life: &Life,
    pump: Pump<C, S, O>,
) -> Result<Child<ConsumerMsg>, StartError> {
    let (board, drain_timeout) =
        (Arc::clone(&pump.pipeline.board), pump.pipeline.spec.drain_timeout);
    let child = life.spawn(ConsumerActor, State { board, drain_timeout }).await?;
    if let Some(actor) = child.actor().cloned() {
        let _ = life.task(|_| async move {
            let ended = AssertUnwindSafe(pump.run()).catch_unwind().await;
            let ended = ended.unwrap_or_else(|panic| Err(panic_text(panic.as_ref()).into()));
            // The actor can only be gone because its life is over.
            let _ = actor.cast(ConsumerMsg::PumpEnded(ended));
            Ok(())
        });
    }
    Ok(child.drain_with(|actor| {
        let _ = actor.cast(ConsumerMsg::Drain);
    }))
}
