//! What a supervisor needs to know to run a child.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ractor::ActorProcessingErr;

use super::child::{Child, Drain};
use super::core::Policy;
use super::error::{AddError, StartError};
use super::gate::Place;
use super::handle::SupervisorHandle;
use super::life::{Life, StopSignal};
use super::options::SupervisorOptions;
use super::slot::Slot;
use super::strategy::{Restart, Strategy};

/// A child: its name, how a life of it starts, and when it is given another.
///
/// `M` is the message type of its actor, `()` for tasks and supervisors. Clones are the same child, with the same slot:
/// it can be in one supervisor at a time.
pub struct ChildSpec<M> {
    any: AnySpec,
    slot: Slot<M>,
}

/// A child whose message type does not matter.
#[derive(Clone)]
pub struct AnySpec {
    place: Arc<Place>,
    start: Start,
    restart: Restart,
    shutdown: Duration,
    start_timeout: Duration,
}

type Start = Arc<dyn Fn(Life) -> Starting + Send + Sync>;
type Starting = Pin<Box<dyn Future<Output = Result<(u64, Option<Drain>), StartError>> + Send>>;

impl<M: 'static> ChildSpec<M> {
    /// A child whose lives begin with a call of `start`, each in a task of its own.
    ///
    /// Permanent; 5 s to stop; 30 s to start.
    pub fn new<F, R>(name: impl Into<Arc<str>>, start: F) -> Self
    where
        F: Fn(Life) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Child<M>, StartError>> + Send + 'static,
    {
        Self::with_place(Arc::new(Place::new(name.into(), Vec::new())), start)
    }

    /// Which ends call for another life. Default: [`Restart::Permanent`].
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.any.restart = restart;
        self
    }

    /// From the request to stop to the abort. Default: 5 s. The deadline of a drain may cut it short.
    #[must_use]
    pub fn shutdown(mut self, within: Duration) -> Self {
        self.any.shutdown = within;
        self
    }

    /// How long the start may take before it is dropped and counts as failed. Default: 30 s.
    #[must_use]
    pub fn start_timeout(mut self, within: Duration) -> Self {
        self.any.start_timeout = within;
        self
    }

    /// The child's address, which can be given away before the child is added.
    #[must_use]
    pub fn slot(&self) -> Slot<M> {
        self.slot.clone()
    }

    fn with_place<F, R>(place: Arc<Place>, start: F) -> Self
    where
        F: Fn(Life) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Child<M>, StartError>> + Send + 'static,
    {
        let start = move |life| -> Starting {
            let starting = start(life);
            Box::pin(async move { Ok(starting.await?.into_parts()) })
        };
        let any = AnySpec {
            place: Arc::clone(&place),
            start: Arc::new(start),
            restart: Restart::default(),
            shutdown: Duration::from_secs(5),
            start_timeout: Duration::from_secs(30),
        };
        Self { any, slot: Slot::new(place) }
    }
}

impl ChildSpec<()> {
    /// A task: `Ok` is its normal end, an error or a panic a failure. It should end soon after the signal fires.
    pub fn task<F, R>(name: impl Into<Arc<str>>, task: F) -> Self
    where
        F: Fn(StopSignal) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), ActorProcessingErr>> + Send + 'static,
    {
        Self::new(name, move |life| {
            let child = life.task(&task);
            async move { Ok(child) }
        })
    }

    /// A supervisor with children of its own, which start again with it.
    ///
    /// Their slots survive its restarts. Children that are added to its handle later are gone when it ends.
    pub fn supervisor(
        name: impl Into<Arc<str>>,
        strategy: Strategy,
        options: SupervisorOptions,
        children: impl IntoIterator<Item = AnySpec>,
    ) -> Self {
        let children: Arc<[AnySpec]> = children.into_iter().collect();
        let below = children.iter().map(|child| Arc::clone(&child.place)).collect();
        let place = Arc::new(Place::new(name.into(), below));
        let start = move |life: Life| {
            let handle = SupervisorHandle::start_below(&life, strategy, options.clone());
            let child = life.track_supervisor(handle.clone());
            let added: Result<(), AddError> =
                children.iter().try_for_each(|child| handle.add_kept(child));
            async move { added.map(|()| child).map_err(StartError::config) }
        };
        Self::with_place(place, start).shutdown(Duration::from_secs(30))
    }
}

impl AnySpec {
    pub(super) fn place(&self) -> &Arc<Place> {
        &self.place
    }

    pub(super) fn start(&self, life: Life) -> Starting {
        (self.start)(life)
    }

    pub(super) fn within(&self) -> Duration {
        self.start_timeout
    }

    pub(super) fn policy(&self) -> Policy {
        Policy { restart: self.restart, shutdown: self.shutdown }
    }
}

impl<M> Clone for ChildSpec<M> {
    fn clone(&self) -> Self {
        Self { any: self.any.clone(), slot: self.slot.clone() }
    }
}

impl<M> From<ChildSpec<M>> for AnySpec {
    fn from(spec: ChildSpec<M>) -> Self {
        spec.any
    }
}

impl<M> fmt::Debug for ChildSpec<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.any.fmt(f)
    }
}

impl fmt::Debug for AnySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("name", self.place.name())
            .field("restart", &self.restart)
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}
