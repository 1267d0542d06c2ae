//! Why a service did not start.

use std::error::Error as StdError;
use std::fmt;

use crate::error as client;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a service did not start.
///
/// `Display` prints this level only: the cause, if any, is in [`source`](StdError::source).
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    text: String,
    source: Option<Source>,
}

/// The decision that a caller can make about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Name, version, prefix, metadata or the subjects of the endpoints cannot be used: a fault of the program.
    Definition,
    /// The factory panicked.
    Factory,
    /// The client could not subscribe: closed, not permitted, or the server did not answer.
    Client(client::ErrorKind),
    /// Not all endpoints were up within the start timeout.
    TimedOut,
}

impl Error {
    /// The decision this error asks for.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Whether the same start may succeed later, without any change by the caller.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let source = self.inner.source.as_deref();
        match self.inner.kind {
            ErrorKind::Definition | ErrorKind::Factory => false,
            ErrorKind::TimedOut => true,
            ErrorKind::Client(_) => source
                .and_then(|source| source.downcast_ref::<client::Error>())
                .is_some_and(client::Error::is_retryable),
        }
    }

    pub(super) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { inner: Box::new(Inner { kind, text: text.into(), source: None }) }
    }

    pub(super) fn client(what: impl Into<String>, cause: client::Error) -> Self {
        let kind = ErrorKind::Client(cause.kind());
        let source: Source = Box::new(cause);
        Self { inner: Box::new(Inner { kind, text: what.into(), source: Some(source) }) }
    }

    /// Whether every later attempt fails in the same way until somebody changes something.
    pub(super) fn is_final(&self) -> bool {
        use client::ErrorKind::{BadQueueGroup, BadSubject, Closed, Denied};
        match self.inner.kind {
            ErrorKind::Definition => true,
            ErrorKind::Client(kind) => {
                matches!(kind, BadQueueGroup | BadSubject | Closed | Denied)
            }
            ErrorKind::Factory | ErrorKind::TimedOut => false,
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.inner.source.as_deref()?;
        Some(source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, text, source } = &*self.inner;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("text", text)
            .field("source", source)
            .finish()
    }
}
