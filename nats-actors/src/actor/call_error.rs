//! Why a call to an actor failed.

use std::error::Error as StdError;
use std::fmt;

use crate::codec::CodecError;
use crate::error::Error;
use crate::protocol::ReplyError;

/// The failure of a call whose actor fails with `E`.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<E> {
    /// The actor answered with its error.
    Actor(E),
    /// The other side answered without an answer of the actor. Its codes: 400 when the call cannot be read there, 500 when
    /// the actor dropped it, 503 when the actor is gone, 504 when it did not answer in time.
    Refused(ReplyError),
    /// The answer cannot be read here; the actor has answered.
    Decode(CodecError),
    /// There is no answer; its kind tells why: nobody listens, the time was over, the connection was lost, ….
    Request(Error),
}

impl<E> CallError<E> {
    /// Whether the actor may have got the call.
    #[must_use]
    pub fn maybe_executed(&self) -> bool {
        match self {
            Self::Actor(_) | Self::Decode(_) => true,
            Self::Refused(refusal) => !matches!(refusal.code(), 400 | 503),
            Self::Request(error) => error.maybe_executed(),
        }
    }

    /// Whether the same call may succeed later. One that may have been executed may then be executed twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Actor(_) | Self::Decode(_) => false,
            Self::Refused(refusal) => matches!(refusal.code(), 503 | 504),
            Self::Request(error) => error.is_retryable(),
        }
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Actor(error) => error.fmt(f),
            Self::Refused(_) => {
                f.write_str("the call did not reach the actor, or it gave no answer")
            }
            Self::Decode(_) => f.write_str("the answer cannot be read"),
            Self::Request(_) => f.write_str("there is no answer"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> StdError for CallError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Actor(_) => None,
            Self::Refused(error) => Some(error),
            Self::Decode(error) => Some(error),
            Self::Request(error) => Some(error),
        }
    }
}
