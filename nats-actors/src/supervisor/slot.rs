//! Handles that survive their actor.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use ractor::{ActorRef, Message, MessagingErr, RpcReplyPort};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::gate::Place;
use super::state::SlotState;
use super::undelivered::{CallError, NotUp, Undelivered};

/// A child's address: valid before the first life, between two lives, and after the last.
///
/// Cheap to clone. Messages go to the life that is up; while none is, they come back to the sender.
pub struct Slot<M> {
    place: Arc<Place>,
    messages: PhantomData<fn(M)>,
}

impl<M> Slot<M> {
    pub(super) fn new(place: Arc<Place>) -> Self {
        Self { place, messages: PhantomData }
    }

    /// The child's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.place.name()
    }

    /// Where the child is in its life.
    #[must_use]
    pub fn state(&self) -> SlotState {
        self.place.state()
    }

    /// The states from now on; a reader that is slow sees the latest only.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<SlotState> {
        self.place.watch()
    }

    /// The life that is up, from 1; `None` while none is.
    #[must_use]
    pub fn epoch(&self) -> Option<u64> {
        self.place.open_epoch()
    }

    /// The last error that ended a life or prevented one.
    #[must_use]
    pub fn last_error(&self) -> Option<Arc<str>> {
        self.place.last_error()
    }

    /// Waits until the child is up, and says in which life.
    ///
    /// # Errors
    ///
    /// [`NotUp`] with the state: when the time has passed, or at once when the child is parked or stopped.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait.
    pub async fn wait_up(&self, within: Duration) -> Result<u64, NotUp> {
        match timeout(within, self.settled()).await {
            Ok(SlotState::Up { epoch }) => Ok(epoch),
            Ok(state) => Err(NotUp::new(state)),
            Err(_) => Err(NotUp::new(self.state())),
        }
    }

    /// Up and not about to be found dead, or final.
    async fn settled(&self) -> SlotState {
        let mut states = self.watch();
        loop {
            let state = states.borrow_and_update().clone();
            let open = matches!(state, SlotState::Up { epoch } if self.epoch() == Some(epoch));
            if open || state.is_final() || states.changed().await.is_err() {
                return state;
            }
        }
    }
}

impl<M: Message> Slot<M> {
    /// The actor of the current life, also while it is stopping.
    #[must_use]
    pub fn current(&self) -> Option<ActorRef<M>> {
        self.place.actor().map(ActorRef::from)
    }

    /// Puts a message into the mailbox of the life that is up. Never waits.
    ///
    /// What was accepted before a stop is handled before the stop. What was accepted before a crash and not yet handled
    /// is dropped with the mailbox, before the next life begins.
    ///
    /// # Errors
    ///
    /// [`Undelivered`] with the message, when no life takes it; its state says which case it is.
    pub fn cast(&self, message: M) -> Result<(), Undelivered<M>> {
        self.place.with_open(message, |actor, message| match actor.send_message(message) {
            Ok(()) => Ok(()),
            Err(MessagingErr::SendErr(message)) => Err(message),
            Err(MessagingErr::ChannelClosed | MessagingErr::InvalidActorType) => {
                unreachable!("only local actors of the slot's message type are let in")
            }
        })
    }

    /// Sends a message that holds a reply port, and waits for the reply.
    ///
    /// # Errors
    ///
    /// [`CallError`]: not delivered (the message is in it), no reply (the life ended or dropped the port; the message may
    /// have been handled), or timed out.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the port; the message stays sent.
    pub async fn call<R, F>(&self, message: F, within: Duration) -> Result<R, CallError<M>>
    where
        F: FnOnce(RpcReplyPort<R>) -> M,
        R: Send + 'static,
    {
        let (sender, reply) = oneshot::channel();
        self.cast(message((sender, within).into())).map_err(CallError::Undelivered)?;
        match timeout(within, reply).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(_)) => Err(CallError::NoReply),
            Err(_) => Err(CallError::TimedOut),
        }
    }
}

impl<M> Clone for Slot<M> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.place))
    }
}

impl<M> fmt::Debug for Slot<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("name", &self.name())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
