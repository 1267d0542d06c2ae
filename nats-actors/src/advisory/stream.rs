//! What servers tell about streams.

use std::time::SystemTime;

use serde::Deserialize;

use super::connection::ClientIdentity;
use crate::jetstream::time;
use crate::jetstream::{PeerInfo, StreamState};

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Action {
    /// It is new.
    Create,
    /// It is gone.
    Delete,
    /// It is another than before.
    Modify,
    /// Something that this version does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A stream was created, changed or deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamAction {
    /// The stream.
    pub stream: String,
    /// What was done.
    pub action: Action,
}

/// A stream has a new leader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamLeaderElected {
    /// The stream.
    pub stream: String,
    /// The name of the server that leads.
    pub leader: String,
    /// The servers with a replica.
    pub replicas: Vec<PeerInfo>,
}

/// A stream cannot make progress.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamQuorumLost {
    /// The stream.
    pub stream: String,
    /// The servers with a replica.
    pub replicas: Vec<PeerInfo>,
}

/// A batch was given up before its commit (ADR-50).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchAbandoned {
    /// The stream.
    pub stream: String,
    /// The id of the batch.
    pub batch: String,
    /// Why: `timeout`, `large`, `incomplete` or `unsupported`.
    pub reason: String,
}

/// A snapshot of a stream has begun.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SnapshotCreate {
    /// The stream.
    pub stream: String,
    /// What it held.
    pub state: StreamState,
    /// Who asked for it.
    pub client: Option<ClientIdentity>,
}

/// A snapshot of a stream has ended.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SnapshotComplete {
    /// The stream.
    pub stream: String,
    /// When it began.
    #[serde(with = "time::option")]
    pub start: Option<SystemTime>,
    /// When it ended.
    #[serde(with = "time::option")]
    pub end: Option<SystemTime>,
    /// Who asked for it.
    pub client: Option<ClientIdentity>,
    /// Why it is not whole, if it is not.
    pub error: Option<String>,
}

/// A stream is being restored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RestoreCreate {
    /// The stream.
    pub stream: String,
    /// Who asked for it.
    pub client: Option<ClientIdentity>,
}

/// A stream was restored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RestoreComplete {
    /// The stream.
    pub stream: String,
    /// When it began.
    #[serde(with = "time::option")]
    pub start: Option<SystemTime>,
    /// When it ended.
    #[serde(with = "time::option")]
    pub end: Option<SystemTime>,
    /// Bytes that were sent.
    pub bytes: i64,
    /// Who asked for it.
    pub client: Option<ClientIdentity>,
}
