//! Why a call of a generated client failed.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::handler::{BadToken, CodecError};
use crate::protocol::HeaderError;

use super::fault::Fault;
use super::service_error::ServiceError;
use super::transport::TransportError;

/// The failure of a call whose endpoint fails with `E`.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<E> {
    /// The handler failed.
    Service(E),
    /// The reply carries an error that is no `E`: the request was refused before the handler ran,
    /// the error is opaque, or another service answered.
    Untyped(Fault),
    /// A value cannot stand in the subject; nothing was sent.
    BadToken(BadToken),
    /// A header of the call is not legal; nothing was sent.
    BadHeader(HeaderError),
    /// The payload cannot be encoded; nothing was sent.
    Encode(CodecError),
    /// The reply cannot be read; the request was executed.
    Decode(CodecError),
    /// There is no reply.
    Transport(TransportError),
}

impl<E: ServiceError> CallError<E> {
    /// Whether the same call may succeed later: nobody was there, no reply came in time, the
    /// connection was lost before sending, or the service says so. One that timed out may run twice.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Service(error) => error.code() == 503 || error.retry_after().is_some(),
            Self::Untyped(fault) => fault.code() == 503 || self.retry_after().is_some(),
            Self::Transport(error) => error.is_retryable(),
            Self::BadToken(_) | Self::BadHeader(_) | Self::Encode(_) | Self::Decode(_) => false,
        }
    }

    /// How long to wait before the next attempt, if the service says so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Service(error) => error.retry_after(),
            Self::Untyped(fault) => ServiceError::retry_after(fault),
            _ => None,
        }
    }
}

impl<E> CallError<E> {
    /// Whether a handler may have run.
    pub fn maybe_executed(&self) -> bool {
        match self {
            Self::Service(_) | Self::Untyped(_) | Self::Decode(_) => true,
            Self::Transport(error) => error.maybe_executed(),
            Self::BadToken(_) | Self::BadHeader(_) | Self::Encode(_) => false,
        }
    }
}

impl<E> From<TransportError> for CallError<E> {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::Untyped(fault) => fault.fmt(f),
            Self::BadToken(_) => f.write_str("the subject of the call is not legal"),
            Self::BadHeader(_) => f.write_str("a header of the call or its reply is not legal"),
            Self::Encode(_) => f.write_str("the payload cannot be encoded"),
            Self::Decode(_) => f.write_str("the reply cannot be decoded"),
            Self::Transport(_) => f.write_str("the call got no reply"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> StdError for CallError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Service(_) | Self::Untyped(_) => None,
            Self::BadToken(error) => Some(error),
            Self::BadHeader(error) => Some(error),
            Self::Encode(error) | Self::Decode(error) => Some(error),
            Self::Transport(error) => Some(error),
        }
    }
}
