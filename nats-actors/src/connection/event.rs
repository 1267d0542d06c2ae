//! What a user may observe about a connection.

use super::reason::{CloseReason, DisconnectCause};
use crate::error::ErrorKind;
use crate::protocol::ServerError;
use crate::session::Loss;

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A server accepted the connection and was told about all subscriptions; with an epoch above 1 it is a reconnect.
    Connected {
        /// Counts the connections of this client, from 1.
        epoch: u64,
        /// The address of the server.
        server: String,
    },
    /// The client has moved to another server, without an interruption.
    Moved {
        /// Counts the connections of this client, from 1.
        epoch: u64,
        /// The address of the server.
        server: String,
    },
    /// The connection was lost; the client looks for another one, if it may.
    Disconnected {
        /// Counts the connections of this client, from 1.
        epoch: u64,
        /// Why.
        cause: DisconnectCause,
        /// Why, for a person to read.
        reason: String,
    },
    /// An attempt to connect failed.
    ConnectFailed {
        /// The address of the server.
        server: String,
        /// What failed.
        kind: ErrorKind,
        /// Why, for a person to read.
        reason: String,
    },
    /// A drain or a close began: new subscriptions are refused, and publishes from some time on.
    Draining,
    /// The client is closed; nothing follows.
    Closed {
        /// Why.
        reason: CloseReason,
    },
    /// The server will shut down soon.
    LameDuck,
    /// Servers joined or left the cluster. What the first server tells at the begin is not told.
    ServersChanged {
        /// Addresses that were not known before.
        added: Vec<String>,
        /// Addresses that are gone.
        removed: Vec<String>,
    },
    /// [`select_server`](crate::ReconnectPolicy::select_server) chose a server that is not in the pool; the pool chose.
    ServerNotInPool {
        /// The address of the server.
        server: String,
    },
    /// Publishes that the lost connection took and never confirmed, that had no room while there was no server, or that
    /// the server here now would refuse.
    ///
    /// Those of the lost connection may have been executed: what its server had read counts, and may be delivered late,
    /// behind publishes that the next connection carries.
    PublishLoss(Loss),
    /// A subscription is too slow: the first message of an episode was dropped, or the episode ended.
    ///
    /// An episode ends when everything that waited was taken.
    SlowConsumer {
        /// What the subscription listens to.
        subject: String,
        /// Messages dropped in this episode so far.
        dropped: u64,
        /// Whether the episode is over, which makes `dropped` final.
        ended: bool,
    },
    /// The server reported an error.
    ServerError(ServerError),
    /// An observer read too slowly, and so many reports of failed attempts, slow consumers and server errors are missing
    /// here.
    ///
    /// Changes of the connection's state are never missing.
    Skipped {
        /// How many.
        count: u64,
    },
}

impl Event {
    /// Whether it may be left out for an observer that is far behind: there can be many, and none changes the state.
    pub(super) const fn is_expendable(&self) -> bool {
        matches!(
            self,
            Self::ConnectFailed { .. }
                | Self::ServerNotInPool { .. }
                | Self::SlowConsumer { .. }
                | Self::ServerError(_)
        )
    }

    pub(super) const fn is_last(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}
