//! What a life consists of, and how it is watched and ended.

use std::sync::Arc;
use std::time::Duration;

use ractor::{ActorCell, ActorProcessingErr, SupervisionEvent};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::end::End;
use super::exits::Exits;
use super::gate::Way;
use super::handle::SupervisorHandle;

/// ractor tells the reason of an end before the actor's task is over, so this is long.
const REASON_COMES_WITHIN: Duration = Duration::from_secs(1);

/// An actor, a task or a supervisor that belongs to a life.
pub(super) enum Body {
    Actor(ActorBody),
    Task(JoinHandle<Result<(), ActorProcessingErr>>),
    Supervisor(SupervisorHandle),
}

pub(super) struct ActorBody {
    pub(super) actor: ActorCell,
    /// The actor's task: when it is over, the actor's state and mailbox have been dropped too, which neither ractor's
    /// event nor its status says.
    pub(super) task: Option<JoinHandle<()>>,
    pub(super) reason: oneshot::Receiver<SupervisionEvent>,
    pub(super) exits: Arc<Exits>,
}

impl Body {
    pub(super) fn way(&self) -> Way {
        match self {
            Self::Actor(body) => Way::Actor(body.actor.clone()),
            Self::Task(_) => Way::None,
            Self::Supervisor(handle) => Way::Supervisor(handle.clone()),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Actor(body) => body.task.as_ref().is_none_or(JoinHandle::is_finished),
            Self::Task(task) => task.is_finished(),
            Self::Supervisor(handle) => handle.is_gone(),
        }
    }

    /// Asks for the end. A task has its stop signal and needs no word.
    pub(super) fn ask(&self, kill_at: Instant) {
        match self {
            Self::Actor(body) => {
                let _ = body.actor.drain();
            }
            Self::Task(_) => {}
            Self::Supervisor(handle) => {
                let within = kill_at.saturating_duration_since(Instant::now());
                handle.request_drain(within);
            }
        }
    }

    pub(super) fn kill(&self) {
        match self {
            Self::Actor(body) => body.actor.kill(),
            Self::Task(task) => task.abort(),
            Self::Supervisor(handle) => handle.request_abort(),
        }
    }

    /// Waits until nothing is left, and says how it ended. Cancel safe; must not be called again after it returned.
    pub(super) async fn ended(&mut self) -> End {
        match self {
            Self::Actor(body) => body.ended().await,
            Self::Task(task) => match task.await {
                Ok(Ok(())) => End::normal(),
                Ok(Err(error)) => End::because(error.as_ref()),
                Err(error) => match error.try_into_panic() {
                    Ok(payload) => End::panicked(payload.as_ref()),
                    Err(_) => End::failed("aborted"),
                },
            },
            Self::Supervisor(handle) => {
                let ended = handle.ended().await;
                handle.gone().await;
                End::of_supervisor(ended)
            }
        }
    }

    /// As `ended`, when nobody wants to know how.
    pub(super) async fn gone(&mut self) {
        match self {
            Self::Actor(body) => body.task_over().await,
            Self::Task(_) | Self::Supervisor(_) => drop(self.ended().await),
        }
    }
}

impl ActorBody {
    async fn ended(&mut self) -> End {
        self.task_over().await;
        if let Ok(Ok(event)) = timeout(REASON_COMES_WITHIN, &mut self.reason).await {
            End::of_actor(event)
        } else {
            End::failed("ended without telling its supervisor")
        }
    }

    async fn task_over(&mut self) {
        if let Some(task) = &mut self.task {
            let _ = task.await;
            self.task = None;
        }
    }
}

impl Drop for ActorBody {
    fn drop(&mut self) {
        self.exits.leave(self.actor.get_id());
    }
}
