//! The actor of an endpoint.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::service::Service;
use crate::subscription::Subscription;
use crate::supervisor::{Child, Life, StartError};

use super::control::Control;
use super::guarded::panic_text;
use super::post::Post;
use super::pump;

/// A control message for an endpoint. Requests never come this way.
#[derive(Debug)]
pub(in crate::service::runtime) enum EndpointMsg {
    /// Tell the server to stop, answer what it had sent, then end.
    Drain,
    /// So many requests may run at once from now on.
    SetConcurrency(usize),
    /// End as by a crash.
    Crash,
    /// The pump has ended; an error says that nobody asked it to.
    PumpExited(Result<(), String>),
}

/// Starts and stops the pump of an endpoint.
#[derive(Debug)]
pub(in crate::service::runtime) struct EndpointActor;

/// What an endpoint's life is made of. The pump is given boxed, so that the actor has no type parameter.
pub(in crate::service::runtime) struct Arguments {
    life: Life,
    control: Arc<Control>,
    pump: pump::Pumping,
}

impl EndpointActor {
    /// One life of the endpoint at `post`.
    pub(in crate::service::runtime) async fn spawn<S: Service>(
        life: Life,
        post: Arc<Post<S>>,
        subscription: Subscription,
    ) -> Result<Child<EndpointMsg>, StartError> {
        let control = Arc::new(Control::new(post.concurrency()));
        let pump = pump::run(post, subscription, Arc::clone(&control));
        let child = life.spawn(Self, Arguments { life: life.clone(), control, pump }).await?;
        Ok(child.drain_with(|actor| drop(actor.cast(EndpointMsg::Drain))))
    }
}

impl Actor for EndpointActor {
    type Msg = EndpointMsg;
    type State = Arc<Control>;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<EndpointMsg>,
        arguments: Arguments,
    ) -> Result<Arc<Control>, ActorProcessingErr> {
        let Arguments { life, control, pump } = arguments;
        // It belongs to the life: when this actor ends in whatever way, the pump is aborted.
        let _pump = life.task(|_| async move {
            let ended = AssertUnwindSafe(pump).catch_unwind().await;
            let ended = ended.unwrap_or_else(|payload| Err(panic_text(payload.as_ref())));
            let _ = myself.cast(EndpointMsg::PumpExited(ended));
            Ok(())
        });
        Ok(control)
    }

    async fn handle(
        &self,
        myself: ActorRef<EndpointMsg>,
        message: EndpointMsg,
        control: &mut Arc<Control>,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            EndpointMsg::Drain => control.drain(),
            EndpointMsg::SetConcurrency(requests) => control.set_concurrency(requests),
            EndpointMsg::Crash => return Err("told to restart".into()),
            EndpointMsg::PumpExited(Ok(())) => myself.stop(None),
            EndpointMsg::PumpExited(Err(error)) => return Err(error.into()),
        }
        Ok(())
    }
}
