//! What a handler decides about its message.

use std::borrow::Cow;
use std::time::Duration;

/// Why a message was given up, in words for the person who reads the dead letter.
pub type Reason = Cow<'static, str>;

/// The fate of a message, decided by its handler.
///
/// A handler that returns `()` or `Ok(())` means [`Ack`](Self::Ack).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an outcome decides the fate of the message; return it from the handler"]
#[non_exhaustive]
pub enum Outcome {
    /// The message is done; the server need not confirm.
    Ack,
    /// The message is done, and the server has confirmed it before the next one of its lane runs.
    DoubleAck,
    /// The attempt failed; the next one follows after the delay of the retry policy.
    Retry,
    /// The attempt failed; the next one follows after this delay.
    RetryIn(Duration),
    /// The time has not come; the message returns after this delay and its attempt does not count.
    Snooze(Duration),
    /// The message is given up without a dead letter.
    Term(Reason),
    /// The message is stored as a dead letter, then given up.
    DeadLetter(Reason),
}

impl Outcome {
    /// [`Term`](Self::Term) with any text.
    pub fn term(reason: impl Into<Reason>) -> Self {
        Self::Term(reason.into())
    }

    /// [`DeadLetter`](Self::DeadLetter) with any text.
    pub fn dead_letter(reason: impl Into<Reason>) -> Self {
        Self::DeadLetter(reason.into())
    }
}
