//! What servers tell about JetStream as a whole.

use serde::Deserialize;

use super::connection::ClientIdentity;
use crate::jetstream::PeerInfo;

/// Somebody asked the JetStream API for something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ApiAudit {
    /// The name of the server that answered.
    pub server: String,
    /// Who asked.
    pub client: Option<ClientIdentity>,
    /// The subject of the request.
    pub subject: String,
    /// The body of the request: JSON, or empty.
    pub request: String,
    /// The body of the response: JSON.
    pub response: String,
}

/// A server had more requests to the JetStream API than it takes, and dropped them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ApiLimitReached {
    /// The name of the server.
    pub server: String,
    /// How many requests it dropped.
    pub dropped: i64,
}

/// A domain has a new leader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DomainLeaderElected {
    /// The name of the server that leads.
    pub leader: String,
    /// The servers of the domain.
    pub replicas: Vec<PeerInfo>,
    /// The cluster.
    pub cluster: String,
}

/// A server has no storage left, and has switched JetStream off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerOutOfStorage {
    /// The name of the server.
    pub server: String,
    /// The id of the server.
    pub server_id: String,
    /// The stream that found it out.
    pub stream: Option<String>,
    /// The cluster.
    pub cluster: String,
}

/// A server was removed from its domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerRemoved {
    /// The name of the server.
    pub server: String,
    /// The id of the server.
    pub server_id: String,
    /// The cluster.
    pub cluster: String,
}

/// The leaders of a domain need fewer votes than is safe: somebody rescues it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MetaRescue {
    /// The name of the server that was told to.
    pub server: String,
    /// The id of that server.
    pub server_id: String,
    /// Votes that were needed before.
    #[serde(rename = "prev_quorum")]
    pub previous_quorum: i64,
    /// Votes that are needed now.
    pub new_quorum: i64,
    /// The cluster.
    pub cluster: String,
}
