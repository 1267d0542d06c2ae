//! What is behind a slot: the way in to the current life, and what is published about the child.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use ractor::{ActorCell, Message};
use tokio::sync::watch;

use super::handle::SupervisorHandle;
use super::state::SlotState;
use super::sync::{lock, read, write};
use super::undelivered::Undelivered;

/// A child's place in the supervisor's table. It outlives every life of the child.
pub(super) struct Place {
    name: Arc<str>,
    /// Written by the supervisor's actor only.
    state: watch::Sender<SlotState>,
    /// Written by the task of the current life only.
    gate: RwLock<Gate>,
    last_error: Mutex<Option<Arc<str>>>,
    /// Lives begun so far. It goes on counting when a supervisor above restarts and with it the whole table.
    begun: AtomicU64,
    /// The children of a child that is a supervisor: when it is down for good, so are they.
    below: Vec<Arc<Self>>,
}

#[derive(Default)]
struct Gate {
    /// Senders hold the read lock while they send, so that what they sent is in the mailbox when the gate is closed, and
    /// the stop message comes behind it.
    open: bool,
    epoch: u64,
    life: Way,
}

/// What there is of a life to talk to.
#[derive(Clone, Default)]
pub(super) enum Way {
    #[default]
    None,
    Actor(ActorCell),
    Supervisor(SupervisorHandle),
}

impl Place {
    pub(super) fn new(name: Arc<str>, below: Vec<Arc<Self>>) -> Self {
        Self {
            name,
            state: watch::Sender::new(SlotState::Waiting),
            gate: RwLock::default(),
            last_error: Mutex::default(),
            begun: AtomicU64::new(0),
            below,
        }
    }

    pub(super) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(super) fn state(&self) -> SlotState {
        self.state.borrow().clone()
    }

    pub(super) fn watch(&self) -> watch::Receiver<SlotState> {
        self.state.subscribe()
    }

    pub(super) fn publish(&self, state: SlotState) {
        if state.is_final() {
            self.below.iter().for_each(|place| place.publish(state.clone()));
        }
        self.state.send_if_modified(|old| {
            let changed = *old != state;
            *old = state;
            changed
        });
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self, epoch: u64) {
        self.begun.store(epoch, Ordering::Relaxed);
    }

    pub(super) fn last_error(&self) -> Option<Arc<str>> {
        lock(&self.last_error).clone()
    }

    pub(super) fn record_error(&self, error: Arc<str>) {
        *lock(&self.last_error) = Some(error);
    }

    pub(super) fn open(&self, epoch: u64, life: Way) {
        *write(&self.gate) = Gate { open: true, epoch, life };
    }

    /// Lets no more messages in; the life may still be looked at.
    pub(super) fn close(&self) {
        write(&self.gate).open = false;
    }

    pub(super) fn clear(&self) {
        *write(&self.gate) = Gate::default();
    }

    pub(super) fn open_epoch(&self) -> Option<u64> {
        let gate = read(&self.gate);
        gate.open.then_some(gate.epoch)
    }

    pub(super) fn actor(&self) -> Option<ActorCell> {
        match &read(&self.gate).life {
            Way::Actor(actor) => Some(actor.clone()),
            Way::None | Way::Supervisor(_) => None,
        }
    }

    pub(super) fn supervisor(&self) -> Option<SupervisorHandle> {
        match &read(&self.gate).life {
            Way::Supervisor(handle) => Some(handle.clone()),
            Way::None | Way::Actor(_) => None,
        }
    }

    pub(super) fn with_open<M: Message>(
        &self,
        message: M,
        send: impl FnOnce(&ActorCell, M) -> Result<(), M>,
    ) -> Result<(), Undelivered<M>> {
        let sent = {
            let gate = read(&self.gate);
            match &gate.life {
                Way::Actor(actor) if gate.open => send(actor, message),
                Way::None | Way::Actor(_) | Way::Supervisor(_) => Err(message),
            }
        };
        sent.map_err(|message| Undelivered::new(message, self.state()))
    }
}
