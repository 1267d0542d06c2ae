//! Why a fixture could not do what a test asked for.

use std::error::Error as StdError;
use std::fmt;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a [`Server`](crate::testing::Server) or a [`Cluster`](crate::testing::Cluster) failed.
///
/// `Display` and `Debug` both print the reason and, where there is one, the end of the server's
/// log, so that `unwrap` in a test shows what the server had to say.
pub struct ServerError {
    inner: Box<Inner>,
}

struct Inner {
    kind: ServerErrorKind,
    what: String,
    log: Option<String>,
    source: Option<Source>,
}

/// What kind of failure a [`ServerError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerErrorKind {
    /// No nats-server was found and none could be installed.
    NoBinary,
    /// The server process ended by itself, usually because it refused its configuration.
    Exited,
    /// The server did not reach the wanted state before the deadline.
    TimedOut,
    /// The operation needs a running server, and this one was stopped or killed.
    NotRunning,
    /// The server refused a new configuration and keeps the old one.
    Refused,
    /// The monitoring endpoint answered something that is not the wanted document.
    Monitoring,
    /// The operating system refused a file, a process or a socket.
    System,
}

impl ServerError {
    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ServerErrorKind {
        self.inner.kind
    }

    /// The end of the server's log at the time of the failure, if a server was there.
    #[must_use]
    pub fn log_tail(&self) -> Option<&str> {
        self.inner.log.as_deref()
    }

    pub(super) fn new(kind: ServerErrorKind, what: impl Into<String>) -> Self {
        Self { inner: Box::new(Inner { kind, what: what.into(), log: None, source: None }) }
    }

    pub(super) fn system(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::new(ServerErrorKind::System, what).because(source)
    }

    pub(super) fn because(mut self, source: impl Into<Source>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    pub(super) fn with_log(mut self, tail: String) -> Self {
        self.inner.log = Some(tail);
        self
    }
}

impl StdError for ServerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.what)?;
        match &self.inner.log {
            Some(log) => write!(f, "; the end of its log:\n{log}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.inner.kind)?;
        match &self.inner.source {
            Some(source) => write!(f, "\ncaused by: {source}"),
            None => Ok(()),
        }
    }
}
