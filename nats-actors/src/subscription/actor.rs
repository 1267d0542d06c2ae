//! The actor of a subscription.

use std::sync::Arc;
use std::time::Duration;

use ractor::{ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;

use super::message::SubscriptionMsg;
use super::pump::MakePump;
use crate::connection::{Shared, Task};
use crate::error::Error;

/// Drains and ends a subscription; runs the pump of one that delivers by itself.
#[derive(Debug)]
pub(super) struct SubscriptionActor;

/// What a subscription is made of; each of its lives begins with a clone of it.
#[derive(Clone)]
pub(super) struct Arguments {
    pub(super) shared: Arc<Shared>,
    pub(super) sid: u64,
    pub(super) pump: Option<MakePump>,
}

pub(super) struct State {
    shared: Arc<Shared>,
    sid: u64,
    pump: Option<Task>,
    draining: Option<Task>,
    waiting: Vec<oneshot::Sender<Result<(), Error>>>,
    fenced: Option<Result<(), Error>>,
}

#[ractor::actor(message = SubscriptionMsg, state = State, arguments = Arguments)]
impl SubscriptionActor {
    async fn pre_start(
        &self,
        myself: ActorRef<SubscriptionMsg>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let Arguments { shared, sid, pump } = arguments;
        let pump = pump.map(|make| {
            let pump = make();
            Task::spawn(async move {
                pump.await;
                let _ = myself.cast(SubscriptionMsg::PumpEnded);
            })
        });
        Ok(State { shared, sid, pump, draining: None, waiting: Vec::new(), fenced: None })
    }

    async fn handle(
        &self,
        myself: ActorRef<SubscriptionMsg>,
        message: SubscriptionMsg,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SubscriptionMsg::Drain(timeout, reply) => state.drain(timeout, reply, &myself),
            SubscriptionMsg::Drained(result) => state.fenced = Some(result),
            SubscriptionMsg::PumpEnded => {
                state.pump = None;
                // It takes nothing more, whatever ended it.
                state.shared.unsubscribe(state.sid);
            }
        }
        state.finish_drain();
        Ok(())
    }
}

impl State {
    fn drain(
        &mut self,
        timeout: Duration,
        reply: oneshot::Sender<Result<(), Error>>,
        myself: &ActorRef<SubscriptionMsg>,
    ) {
        self.waiting.push(reply);
        if self.draining.is_some() {
            return;
        }
        let (shared, sid, myself) = (Arc::clone(&self.shared), self.sid, myself.clone());
        self.draining = Some(Task::spawn(async move {
            let result = shared.drain_subscription(sid, timeout).await;
            let _ = myself.cast(SubscriptionMsg::Drained(result));
        }));
    }

    /// The drain is over when the fence is closed and the pump, if there is one, has handled the rest.
    fn finish_drain(&mut self) {
        if self.pump.is_some() {
            return;
        }
        let Some(result) = self.fenced.take() else { return };
        let kind = result.as_ref().err().map(Error::kind);
        for reply in self.waiting.drain(..) {
            let _ = reply.send(kind.map_or(Ok(()), |kind| Err(Error::new(kind))));
        }
        self.draining = None;
    }
}
