//! What a start gives back: which of the things it spawned is the child, and how to stop it well.

use std::fmt;

use ractor::ActorRef;

/// The part of a life that decides how long it is. Made by [`Life`](super::Life).
#[must_use = "the child must be returned from the start"]
pub struct Child<M> {
    key: u64,
    actor: Option<ActorRef<M>>,
    drain: Option<Drain>,
}

pub(super) type Drain = Box<dyn FnOnce() + Send>;

impl<M> Child<M> {
    pub(super) fn new(key: u64, actor: Option<ActorRef<M>>) -> Self {
        Self { key, actor, drain: None }
    }

    /// The actor, if the child is one.
    #[must_use]
    pub fn actor(&self) -> Option<&ActorRef<M>> {
        self.actor.as_ref()
    }

    pub(super) fn into_parts(self) -> (u64, Option<Drain>) {
        (self.key, self.drain)
    }
}

impl<M: Send + 'static> Child<M> {
    /// How to ask the actor to finish: cast its own drain message, for example. It must stop itself when it has finished.
    ///
    /// Without this, ractor's `drain` is used: the messages in the mailbox are handled, then the actor stops. No slot
    /// lets messages in any more when this is called. A child that is no actor ignores it.
    pub fn drain_with(mut self, drain: impl FnOnce(&ActorRef<M>) + Send + 'static) -> Self {
        if let Some(actor) = self.actor.clone() {
            self.drain = Some(Box::new(move || drain(&actor)));
        }
        self
    }
}

impl<M> fmt::Debug for Child<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("actor", &self.actor).finish_non_exhaustive()
    }
}
