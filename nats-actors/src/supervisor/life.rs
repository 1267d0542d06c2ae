//! What a child's start is given, and what it gives back.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};

use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, Message};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::body::{ActorBody, Body};
use super::child::Child;
use super::error::StartError;
use super::handle::SupervisorHandle;
use super::shared::Shared;
use super::sync::lock;

/// One life of a child, from the call of its start until nothing of it is left.
///
/// Whatever is spawned through it belongs to the life: the actor, task or supervisor that the start returns decides how
/// long the life is; when that one has ended, the others are aborted, and only when all are gone the next life begins.
/// Cheap to clone; an actor may keep it to spawn tasks that die with it.
#[derive(Clone)]
pub struct Life {
    inner: Arc<Inner>,
}

struct Inner {
    name: Arc<str>,
    epoch: u64,
    orders: watch::Receiver<Order>,
    shared: Arc<Shared>,
    supervisor: ActorCell,
    bodies: Mutex<Bodies>,
}

#[derive(Default)]
struct Bodies {
    next: u64,
    over: bool,
    all: Vec<(u64, Body)>,
}

/// What the supervisor wants of a life. It never goes back to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Run,
    Stop { kill_at: Instant },
    Kill,
}

impl Life {
    pub(super) fn new(
        name: Arc<str>,
        epoch: u64,
        orders: watch::Receiver<Order>,
        shared: Arc<Shared>,
        supervisor: ActorCell,
    ) -> Self {
        let bodies = Mutex::default();
        Self { inner: Arc::new(Inner { name, epoch, orders, shared, supervisor, bodies }) }
    }

    /// The child's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The number of this life, from 1. It never repeats, also when a supervisor above restarts.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.inner.epoch
    }

    /// Fires when this life is asked to stop.
    #[must_use]
    pub fn stop_signal(&self) -> StopSignal {
        StopSignal { orders: self.inner.orders.clone() }
    }

    /// Spawns an actor, without a name (ractor's names are global to the process), and runs its `pre_start`.
    ///
    /// # Errors
    ///
    /// What `pre_start` returned; a [`StartError::config`] in it stays one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends an actor that is in `pre_start`.
    pub async fn spawn<A: Actor>(
        &self,
        actor: A,
        arguments: A::Arguments,
    ) -> Result<Child<A::Msg>, StartError> {
        let supervisor = self.inner.supervisor.clone();
        let (actor, task) = A::spawn_linked(None, actor, arguments, supervisor).await?;
        Ok(self.track_actor(actor, task))
    }

    /// Takes in an actor that was spawned elsewhere, with the handle that ractor gave for it. It gets a new supervisor.
    ///
    /// # Errors
    ///
    /// A configuration error, when the actor does not take messages of type `M`.
    pub fn adopt<M: Message>(
        &self,
        actor: &ActorRef<M>,
        task: JoinHandle<()>,
    ) -> Result<Child<M>, StartError> {
        if actor.is_message_type_of::<M>() != Some(true) {
            return Err(StartError::config(
                "the actor takes other messages, or is in another process",
            ));
        }
        let child = self.track_actor(actor.clone(), task);
        actor.link(self.inner.supervisor.clone());
        Ok(child)
    }

    /// Spawns a task. `Ok` is its normal end; an error or a panic is a failure. When it is asked to stop, the signal
    /// fires; a task that does not heed it is aborted at its next await.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn task<F, R>(&self, task: F) -> Child<()>
    where
        F: FnOnce(StopSignal) -> R,
        R: Future<Output = Result<(), ActorProcessingErr>> + Send + 'static,
    {
        let task = tokio::spawn(task(self.stop_signal()));
        Child::new(self.track(Body::Task(task)), None)
    }

    pub(super) fn track_supervisor(&self, handle: SupervisorHandle) -> Child<()> {
        Child::new(self.track(Body::Supervisor(handle)), None)
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// The body that the start has chosen as the one that decides.
    pub(super) fn take(&self, key: u64) -> Option<Body> {
        let mut bodies = lock(&self.inner.bodies);
        let index = bodies.all.iter().position(|(other, _)| *other == key)?;
        Some(bodies.all.swap_remove(index).1)
    }

    /// Ends everything that was spawned, and waits for it. Nothing can be spawned afterwards.
    pub(super) async fn end(&self) {
        let left = {
            let mut bodies = lock(&self.inner.bodies);
            bodies.over = true;
            std::mem::take(&mut bodies.all)
        };
        left.iter().for_each(|(_, body)| body.kill());
        for (_, mut body) in left {
            body.gone().await;
        }
    }

    fn track_actor<M>(&self, actor: ActorRef<M>, task: JoinHandle<()>) -> Child<M> {
        let exits = Arc::clone(&self.inner.shared.exits);
        let reason = exits.watch(actor.get_id());
        let body = ActorBody { actor: actor.get_cell(), task: Some(task), reason, exits };
        Child::new(self.track(Body::Actor(body)), Some(actor))
    }

    fn track(&self, body: Body) -> u64 {
        let mut bodies = lock(&self.inner.bodies);
        let key = bodies.next;
        bodies.next += 1;
        if bodies.over {
            body.kill();
        } else {
            bodies.all.retain(|(_, body)| !body.is_over());
            bodies.all.push((key, body));
        }
        key
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Life")
            .field("name", &self.name())
            .field("epoch", &self.epoch())
            .finish_non_exhaustive()
    }
}

/// Tells a task that it should end. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StopSignal {
    orders: watch::Receiver<Order>,
}

impl StopSignal {
    /// Waits for the request to stop; returns at once when it has come.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn stopped(&self) {
        let _ = self.orders.clone().wait_for(|order| *order != Order::Run).await;
    }

    /// Whether the request has come.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.orders.borrow() != Order::Run || self.orders.has_changed().is_err()
    }
}
