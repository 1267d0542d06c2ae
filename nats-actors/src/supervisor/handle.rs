//! The handle of a supervisor.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ractor::ActorRuntime;
use tokio::sync::watch;
use tokio::time::Instant;

use super::actor::SupervisorActor;
use super::core::ChildId;
use super::error::AddError;
use super::history::{Events, History};
use super::keeper::Keeper;
use super::life::Life;
use super::options::SupervisorOptions;
use super::report::{DrainReport, EndCause, Ended};
use super::shared::{Inbox, Input, Shared};
use super::slot::Slot;
use super::spec::{AnySpec, ChildSpec};
use super::state::SlotState;
use super::status::ChildStatus;
use super::strategy::Strategy;
use super::sync::lock;

/// Starts supervisors. A supervisor is an actor: it needs a tokio runtime with time.
#[derive(Debug)]
#[non_exhaustive]
pub enum Supervisor {}

impl Supervisor {
    /// Starts a supervisor without children, and does not wait for it.
    ///
    /// It lives until it is drained or aborted, or until it gives up; dropping its handles does not end it.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start(
        name: impl Into<Arc<str>>,
        strategy: Strategy,
        options: SupervisorOptions,
    ) -> SupervisorHandle {
        let history = Arc::new(History::new(options.history));
        SupervisorHandle::start(name.into(), String::new(), history, true, strategy, options)
    }
}

/// A supervisor, from outside. Cheap to clone; works after the supervisor is over.
#[derive(Clone)]
pub struct SupervisorHandle {
    shared: Arc<Shared>,
}

impl SupervisorHandle {
    /// The supervisor's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Adds a child after all others, and starts it when its turn has come. Does not wait; the slot tells how it goes.
    ///
    /// # Errors
    ///
    /// [`AddError`]: the name is taken, or the supervisor is closed.
    pub fn add<M: 'static>(&self, spec: ChildSpec<M>) -> Result<Slot<M>, AddError> {
        let slot = spec.slot();
        let spec = AnySpec::from(spec);
        let added = self.insert(&spec, false);
        if added.is_err() && slot.state() == SlotState::Waiting {
            spec.place().publish(SlotState::Stopped);
        }
        added.map(|()| slot)
    }

    /// Stops a child by its drain and forgets it. Its siblings stay as they are. Does not wait: the slot says when the
    /// child has stopped, and only then its name is free. `false`: there is no such child.
    #[expect(clippy::must_use_candidate, reason = "a child that is not there is removed")]
    pub fn remove(&self, name: &str) -> bool {
        self.tell(name, |id| Input::Remove { id })
    }

    /// Starts a child that is parked, stopped or backing off, as if it had never failed; costs nothing from the budget.
    /// `false`: there is no such child.
    #[expect(clippy::must_use_candidate, reason = "who retries blindly need not know")]
    pub fn retry(&self, name: &str) -> bool {
        self.tell(name, |id| Input::Retry { id })
    }

    /// The children in the order in which they were added, without those that were temporary and have ended.
    #[must_use]
    pub fn status(&self) -> Vec<ChildStatus> {
        let places: Vec<_> = lock(&self.shared.table).places.values().cloned().collect();
        places.iter().map(|place| ChildStatus::of(place)).collect()
    }

    /// Every transition of every child, here and in the supervisors below, from the oldest that is kept.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(Arc::clone(&self.shared.history))
    }

    /// Stops all children, each by its drain, then the supervisor; returns by the deadline, whatever the children do.
    ///
    /// The last child stops first. What is left shortly before the deadline (by
    /// [`kill_grace`](SupervisorOptions::kill_grace), at most a quarter of the time) is aborted, and what is still there
    /// at the deadline is given up; the report names both. If the supervisor is over already, this returns what it
    /// reported then. An earlier deadline of a second call counts for both. Without time, this is [`abort`](Self::abort).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the drain.
    pub async fn drain(&self, within: Duration) -> DrainReport {
        self.request_drain(within);
        self.ended().await.report
    }

    /// Kills all children, then the supervisor; returns within [`kill_grace`](SupervisorOptions::kill_grace).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the abort.
    pub async fn abort(&self) -> DrainReport {
        self.request_abort();
        self.ended().await.report
    }

    /// Waits until the supervisor is over: drained, aborted, or because it gave up.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn ended(&self) -> Ended {
        let mut ended = self.shared.ended.subscribe();
        let result = ended.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone());
        result.unwrap_or_else(|| Ended { cause: EndCause::Killed, report: DrainReport::default() })
    }

    /// How the supervisor ended, if it is over.
    #[must_use]
    pub fn try_ended(&self) -> Option<Ended> {
        self.shared.ended.borrow().clone()
    }

    pub(super) fn start_below(life: &Life, strategy: Strategy, options: SupervisorOptions) -> Self {
        let above = life.shared();
        let prefix = format!("{}{}/", above.prefix, life.name());
        let history = Arc::clone(&above.history);
        Self::start(life.name().into(), prefix, history, false, strategy, options)
    }

    /// Adds a child that comes back when this supervisor does.
    pub(super) fn add_kept(&self, spec: &AnySpec) -> Result<(), AddError> {
        self.insert(spec, true)
    }

    pub(super) fn request_drain(&self, within: Duration) {
        self.close(Input::Drain { within });
    }

    pub(super) fn request_abort(&self) {
        self.close(Input::Abort);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.try_ended().is_some() && *self.shared.lives.borrow() == 0
    }

    /// Waits until nothing of any child is left, also of those that were given up.
    pub(super) async fn gone(&self) {
        let _ = self.shared.lives.subscribe().wait_for(|lives| *lives == 0).await;
    }

    fn start(
        name: Arc<str>,
        prefix: String,
        history: Arc<History>,
        is_root: bool,
        strategy: Strategy,
        options: SupervisorOptions,
    ) -> Self {
        let shared = Arc::new(Shared {
            prefix,
            name,
            is_root,
            table: std::sync::Mutex::default(),
            inbox: Inbox::default(),
            exits: Arc::default(),
            history,
            ended: watch::Sender::new(None),
            lives: watch::Sender::new(0),
            began: Instant::now(),
        });
        let keeper = Keeper::new(strategy, options, Arc::clone(&shared));
        // An error drops the keeper, which says that the supervisor was killed.
        if let Ok((actor, _)) = ActorRuntime::spawn_instant(None, SupervisorActor, keeper) {
            shared.inbox.connect(actor);
        }
        Self { shared }
    }

    fn insert(&self, spec: &AnySpec, kept: bool) -> Result<(), AddError> {
        let name = spec.place().name();
        let mut table = lock(&self.shared.table);
        if table.closed {
            return Err(AddError::Closed);
        }
        if table.names.contains_key(name) {
            return Err(AddError::DuplicateName(Arc::clone(name)));
        }
        let id = ChildId(table.next);
        table.next += 1;
        table.names.insert(Arc::clone(name), id);
        table.places.insert(id, Arc::clone(spec.place()));
        // Under the lock, so that the core sees the ids in order.
        self.shared.inbox.push(Input::Add { id, spec: spec.clone(), kept });
        Ok(())
    }

    fn tell(&self, name: &str, input: impl FnOnce(ChildId) -> Input) -> bool {
        let id = lock(&self.shared.table).names.get(name).copied();
        if let Some(id) = id {
            self.shared.inbox.push(input(id));
        }
        id.is_some()
    }

    fn close(&self, input: Input) {
        let mut table = lock(&self.shared.table);
        table.closed = true;
        self.shared.inbox.push(input);
    }
}

impl fmt::Debug for SupervisorHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorHandle").field("name", &self.name()).finish_non_exhaustive()
    }
}
