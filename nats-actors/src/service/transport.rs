//! What carries a call to a service.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::protocol::{Headers, Message};

/// Sends a request and waits for its reply: a client, or a [`TestService`](super::TestService).
pub trait Transport: Clone + Send + Sync + 'static {
    /// Sends `payload` to `subject` and waits for one reply, `timeout` at most.
    ///
    /// An error that the service reports is a reply here.
    ///
    /// # Errors
    ///
    /// [`TransportError`]: why there is no reply, and whether the request may have been executed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the reply; the request may have been sent and executed.
    fn call(
        &self,
        subject: String,
        headers: Headers,
        payload: Bytes,
        timeout: Duration,
    ) -> impl Future<Output = Result<Message, TransportError>> + Send;
}

/// Why there is no reply.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    maybe_executed: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The decision that a caller can make about a [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// Nobody listens on the subject.
    NoResponders,
    /// The time was over before the reply came.
    TimedOut,
    /// A bound of the client is reached: its outbox, or the requests in flight. Nothing was sent.
    Busy,
    /// The connection was lost, or there is none now.
    Disconnected,
    /// The request may not be sent as it is: too large, or not permitted.
    Refused,
    /// The client was closed.
    Closed,
}

impl TransportError {
    /// An error of `kind`. Only after a timeout may the request have been executed.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        let maybe_executed = kind == TransportErrorKind::TimedOut;
        Self { kind, maybe_executed, source: None }
    }

    /// Says whether somebody may have executed the request. Default: only after a timeout.
    #[must_use]
    pub fn executed_maybe(mut self, maybe: bool) -> Self {
        self.maybe_executed = maybe;
        self
    }

    /// Adds the cause. Default: none.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The decision this error asks for.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether somebody may have executed the request.
    #[must_use]
    pub fn maybe_executed(&self) -> bool {
        self.maybe_executed
    }

    /// Whether the same call may succeed later. One that timed out may run twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind {
            TransportErrorKind::NoResponders
            | TransportErrorKind::TimedOut
            | TransportErrorKind::Busy => true,
            TransportErrorKind::Disconnected => !self.maybe_executed,
            TransportErrorKind::Refused | TransportErrorKind::Closed => false,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::NoResponders => "nobody answers this subject",
            TransportErrorKind::TimedOut => "no reply came in time",
            TransportErrorKind::Busy => "the client has too much under way",
            TransportErrorKind::Disconnected => "the connection was lost",
            TransportErrorKind::Refused => "the request cannot be sent",
            TransportErrorKind::Closed => "the client is closed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
