//! Why a connection or a client ended.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::{Error, ErrorKind};
use crate::protocol::ServerError;

/// Why a connection was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisconnectCause {
    /// The server closed the connection without a word. It does so with a client that reads too slowly.
    ServerClosed,
    /// The server said this, and that it closes the connection.
    ServerError(ServerError),
    /// Reading or writing failed.
    Io(io::ErrorKind),
    /// The server broke the protocol.
    Protocol,
    /// The server answered no PING.
    Stale,
    /// [`force_reconnect`](crate::Client::force_reconnect) was called.
    Forced,
    /// The server is about to shut down, and the client has moved to another one.
    LameDuck,
    /// A part of the client itself failed and was started again.
    Crashed,
}

/// Why a client is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// [`close`](crate::Client::close) or [`drain`](crate::Client::drain) was called.
    Requested,
    /// The last handle was dropped.
    Dropped,
    /// No server is left to try, or the first connection failed.
    NoServers(Failure),
    /// A server refused the login twice in a row for the same reason.
    Refused {
        /// The address of the server.
        server: String,
        /// The refusal.
        error: ServerError,
    },
    /// The connection was lost, and the client is not to reconnect.
    NoReconnect(DisconnectCause),
    /// A part of the client itself failed more often than it may.
    Crashed,
}

/// What went wrong with a connection last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of error that it was.
    pub kind: ErrorKind,
    /// Why, for a person to read, with the causes.
    pub reason: String,
}

impl CloseReason {
    /// Whether the client ended against the will of its user.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        !matches!(self, Self::Requested | Self::Dropped)
    }
}

impl fmt::Display for DisconnectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServerClosed => f.write_str("the server closed the connection"),
            Self::ServerError(error) => write!(f, "the server closed the connection: {error}"),
            Self::Io(kind) => write!(f, "the socket failed: {kind}"),
            Self::Protocol => f.write_str("the server broke the protocol"),
            Self::Stale => f.write_str("the server does not answer any more"),
            Self::Forced => f.write_str("a reconnect was asked for"),
            Self::LameDuck => f.write_str("the server is about to shut down"),
            Self::Crashed => f.write_str("the connection actor crashed"),
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("it was asked for"),
            Self::Dropped => f.write_str("the last handle was dropped"),
            Self::NoServers(last) => write!(f, "no server is left to try: {last}"),
            Self::Refused { server, error } => write!(f, "{server} refused the login: {error}"),
            Self::NoReconnect(cause) => write!(f, "it is not to reconnect: {cause}"),
            Self::Crashed => f.write_str("the connection actor crashed too often"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl StdError for Failure {}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut reason = error.to_string();
        let mut source = StdError::source(error);
        while let Some(cause) = source {
            reason = format!("{reason}: {cause}");
            source = cause.source();
        }
        Self { kind: error.kind(), reason }
    }
}

impl From<&ServerError> for Failure {
    fn from(error: &ServerError) -> Self {
        let kind = if error.is_authentication() {
            ErrorKind::Unauthorized
        } else if error.closes_connection() {
            ErrorKind::Disconnected
        } else {
            ErrorKind::Denied
        };
        Self { kind, reason: error.to_string() }
    }
}

/// How a connection was lost: for programs, and for people.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) cause: DisconnectCause,
    pub(super) reason: String,
}

impl Lost {
    pub(super) fn new(cause: DisconnectCause, reason: impl Into<String>) -> Self {
        Self { cause, reason: reason.into() }
    }

    pub(super) fn writing(error: &io::Error) -> Self {
        Self::new(DisconnectCause::Io(error.kind()), format!("writing failed: {error}"))
    }
}

impl From<DisconnectCause> for Lost {
    fn from(cause: DisconnectCause) -> Self {
        let reason = cause.to_string();
        Self { cause, reason }
    }
}
