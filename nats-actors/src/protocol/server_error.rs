//! What a server complains about.

use std::error::Error;
use std::fmt;

/// The text of an `-ERR`, understood.
///
/// `Display` is the server's text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerError {
    /// The credentials were refused.
    AuthorizationViolation,
    /// `CONNECT` came too late.
    AuthenticationTimeout,
    /// The user's credentials expired.
    AuthenticationExpired,
    /// The account's credentials expired.
    AccountAuthenticationExpired,
    /// The user's credentials were revoked.
    AuthenticationRevoked,
    /// The server has as many connections as it may have.
    MaxConnections,
    /// The account has as many connections as it may have.
    MaxAccountConnections,
    /// The server slows down new connections.
    ConnectionThrottling,
    /// The server takes TLS connections only.
    TlsRequired,
    /// A message was larger than the server's `max_payload`.
    MaxPayload,
    /// A control line was longer than the server takes.
    MaxControlLine,
    /// The server did not understand an operation.
    UnknownOperation,
    /// The client left too many of the server's `PING`s unanswered.
    StaleConnection,
    /// `CONNECT` asked for a version of the protocol that the server does not speak.
    InvalidClientProtocol,
    /// `CONNECT` asked for `no_responders` without `headers`.
    NoRespondersRequiresHeaders,
    /// A message was dropped: publishing to its subject is not allowed.
    PermissionsViolationPublish {
        /// The message's subject.
        subject: String,
    },
    /// A message was dropped: its reply subject is not allowed.
    PermissionsViolationReply {
        /// The message's reply subject.
        reply: String,
    },
    /// A subscription was refused or removed: its subject or queue group is not allowed.
    PermissionsViolationSubscription {
        /// The subscription's subject.
        subject: String,
        /// The subscription's queue group, if it has one.
        queue: Option<String>,
        /// The subscription's id, which the server tells if it removed a subscription that it had
        /// accepted.
        sid: Option<u64>,
    },
    /// A subscription was refused: the connection has as many as it may have.
    MaxSubscriptions,
    /// A subscription was refused: its subject is not legal.
    InvalidSubject,
    /// A message was refused in pedantic mode: its subject is not legal.
    InvalidPublishSubject,
    /// The connection could not be added to its account.
    FailedAccountRegistration,
    /// Anything else: the server's text without its quotes.
    Other(String),
}

impl ServerError {
    /// Whether the server closes the connection after this error. `false` for [`Other`](Self::Other),
    /// where only the connection itself will tell.
    #[must_use]
    pub fn closes_connection(&self) -> bool {
        !matches!(
            self,
            Self::PermissionsViolationPublish { .. }
                | Self::PermissionsViolationReply { .. }
                | Self::PermissionsViolationSubscription { .. }
                | Self::MaxSubscriptions
                | Self::InvalidSubject
                | Self::InvalidPublishSubject
                | Self::FailedAccountRegistration
                | Self::Other(_)
        )
    }

    /// Whether the server refuses who is connecting, not how.
    #[must_use]
    pub fn is_authentication(&self) -> bool {
        matches!(
            self,
            Self::AuthorizationViolation
                | Self::AuthenticationExpired
                | Self::AccountAuthenticationExpired
                | Self::AuthenticationRevoked
        )
    }
}

impl Error for ServerError {}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PermissionsViolationPublish { subject } => {
                write!(f, "Permissions Violation for Publish to {subject:?}")
            }
            Self::PermissionsViolationReply { reply } => {
                write!(f, "Permissions Violation for Publish with Reply of {reply:?}")
            }
            Self::PermissionsViolationSubscription { subject, queue, sid } => {
                write!(f, "Permissions Violation for Subscription to {subject:?}")?;
                queue.iter().try_for_each(|queue| write!(f, " using queue {queue:?}"))?;
                sid.iter().try_for_each(|sid| write!(f, " (sid \"{sid}\")"))
            }
            Self::Other(text) => f.write_str(text),
            known => f.write_str(known.text().unwrap_or_default()),
        }
    }
}
