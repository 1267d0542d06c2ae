//! What comes back when a slot cannot do what was asked.

use std::error::Error;
use std::fmt;

use super::state::SlotState;

/// A message that no life took, and the state of the slot at that time.
pub struct Undelivered<M> {
    message: M,
    state: SlotState,
}

impl<M> Undelivered<M> {
    pub(super) fn new(message: M, state: SlotState) -> Self {
        Self { message, state }
    }

    /// The message, untouched.
    #[must_use]
    pub fn into_message(self) -> M {
        self.message
    }

    /// Why it was not taken. `Up` means that the life had ended and the supervisor had not noticed yet.
    #[must_use]
    pub fn state(&self) -> &SlotState {
        &self.state
    }

    /// Whether a later life may take the message without anybody's help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !self.state.is_final()
    }
}

impl<M> fmt::Debug for Undelivered<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Undelivered").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<M> fmt::Display for Undelivered<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the message was not taken: the actor is {}", self.state)
    }
}

impl<M> Error for Undelivered<M> {}

/// Why a call has no reply.
#[non_exhaustive]
pub enum CallError<M> {
    /// No life took the message.
    Undelivered(Undelivered<M>),
    /// The life ended, or dropped the reply port. It may have handled the message.
    NoReply,
    /// The time passed. The life may handle the message later.
    TimedOut,
}

impl<M> CallError<M> {
    /// Whether the message may have been handled.
    #[must_use]
    pub fn maybe_executed(&self) -> bool {
        !matches!(self, Self::Undelivered(_))
    }
}

impl<M> fmt::Debug for CallError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undelivered(undelivered) => undelivered.fmt(f),
            Self::NoReply => f.write_str("NoReply"),
            Self::TimedOut => f.write_str("TimedOut"),
        }
    }
}

impl<M> fmt::Display for CallError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undelivered(_) => f.write_str("the call was not delivered"),
            Self::NoReply => f.write_str("the actor ended without a reply"),
            Self::TimedOut => f.write_str("the reply did not come in time"),
        }
    }
}

impl<M: 'static> Error for CallError<M> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Undelivered(undelivered) => Some(undelivered),
            Self::NoReply | Self::TimedOut => None,
        }
    }
}

/// The child did not come up: the time passed, or it is parked or stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUp {
    state: SlotState,
}

impl NotUp {
    pub(super) fn new(state: SlotState) -> Self {
        Self { state }
    }

    /// The state in which the wait ended.
    #[must_use]
    pub fn state(&self) -> &SlotState {
        &self.state
    }
}

impl fmt::Display for NotUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the child is not up but {}", self.state)
    }
}

impl Error for NotUp {}
