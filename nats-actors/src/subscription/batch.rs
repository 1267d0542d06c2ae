//! Messages on their way to an actor.

use tokio::sync::OwnedSemaphorePermit;

use crate::protocol::Message;
use crate::session::Taken;

/// Messages for an actor, in order, and the credit for them.
///
/// An actor's mailbox has no bound, so the bound is here: at most two batches of a subscription are under way, and
/// dropping one lets the next one come. A batch that is kept holds up its subscription, whose pending limits then count.
///
/// ```
/// use nats_actors::actor::Batch;
///
/// fn total(batch: Batch) -> usize {
///     batch.map(|message| message.payload().len()).sum()
/// }
/// ```
#[derive(Debug)]
pub struct Batch {
    messages: Taken,
    _credit: OwnedSemaphorePermit,
}

impl Batch {
    pub(super) const fn new(messages: Taken, credit: OwnedSemaphorePermit) -> Self {
        Self { messages, _credit: credit }
    }

    /// How many messages are left in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether no message is left in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

impl Iterator for Batch {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.messages.size_hint()
    }
}
