//! What a supervisor's handles, its actor and the tasks of its lives have in common.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ractor::ActorRef;
use tokio::sync::watch;
use tokio::time::Instant;

use super::core::{ChildId, Moment};
use super::end::End;
use super::exits::Exits;
use super::gate::Place;
use super::history::History;
use super::report::Ended;
use super::spec::AnySpec;
use super::sync::lock;

/// Thirty years.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

pub(super) struct Shared {
    /// Empty for a root, else `name/` for every supervisor from the root's child down to this one.
    pub(super) prefix: String,
    pub(super) name: Arc<str>,
    pub(super) is_root: bool,
    pub(super) table: Mutex<Table>,
    pub(super) inbox: Inbox,
    pub(super) exits: Arc<Exits>,
    pub(super) history: Arc<History>,
    pub(super) ended: watch::Sender<Option<Ended>>,
    /// Lives that are not wholly over. A supervisor is gone when it has ended and this is 0.
    pub(super) lives: watch::Sender<usize>,
    pub(super) began: Instant,
}

/// Who the children are. Written by the handles when one is added, by the actor when one is forgotten.
#[derive(Default)]
pub(super) struct Table {
    pub(super) closed: bool,
    pub(super) next: u64,
    pub(super) places: BTreeMap<ChildId, Arc<Place>>,
    pub(super) names: HashMap<Arc<str>, ChildId>,
}

/// What the actor is told.
pub(super) enum Input {
    Add { id: ChildId, spec: AnySpec, kept: bool },
    Up { id: ChildId, epoch: u64 },
    Ended { id: ChildId, epoch: u64, end: End },
    Retry { id: ChildId },
    Remove { id: ChildId },
    Drain { within: Duration },
    Abort,
}

/// The actor's queue. The actor's ractor messages are `()`, a bell only: that type is a message whatever features of ractor
/// another crate turns on. The queue has no bound; it holds at most a few entries per child and call of a handle.
#[derive(Default)]
pub(super) struct Inbox {
    queue: Mutex<VecDeque<Input>>,
    bell: OnceLock<ActorRef<()>>,
}

impl Inbox {
    pub(super) fn connect(&self, bell: ActorRef<()>) {
        if self.bell.set(bell).is_ok() {
            self.ring();
        }
    }

    pub(super) fn push(&self, input: Input) {
        lock(&self.queue).push_back(input);
        self.ring();
    }

    pub(super) fn ring(&self) {
        if let Some(bell) = self.bell.get() {
            let _ = bell.cast(());
        }
    }

    pub(super) fn take(&self) -> VecDeque<Input> {
        std::mem::take(&mut *lock(&self.queue))
    }
}

impl Shared {
    pub(super) fn now(&self) -> Moment {
        self.began.elapsed()
    }

    /// A time that no clock can show counts as one that never comes.
    pub(super) fn instant(&self, moment: Moment) -> Instant {
        self.began.checked_add(moment).unwrap_or_else(|| self.began + FAR)
    }

    pub(super) fn forget(&self, id: ChildId) {
        let mut table = lock(&self.table);
        if let Some(place) = table.places.remove(&id) {
            table.names.remove(place.name());
        }
    }
}
