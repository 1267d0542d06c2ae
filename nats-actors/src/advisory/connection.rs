//! What servers tell about connections and about themselves.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::jetstream::{nanos, time};

/// A client has connected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientConnected {
    /// The server.
    pub server: ServerIdentity,
    /// The client.
    pub client: ClientIdentity,
}

/// A client has disconnected, or was not let in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientDisconnected {
    /// The server.
    pub server: ServerIdentity,
    /// The client.
    pub client: ClientIdentity,
    /// What the client sent.
    pub sent: Traffic,
    /// What the client received.
    pub received: Traffic,
    /// Why, in the words of the server, such as `Client Closed`.
    pub reason: String,
}

/// How many connections an account has at a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AccountConnections {
    /// The server.
    pub server: ServerIdentity,
    /// The account.
    #[serde(rename = "acc")]
    pub account: String,
    /// The name of the account, if it has one besides its id.
    pub name: String,
    /// Connections of clients.
    #[serde(rename = "conns")]
    pub connections: u64,
    /// Connections of leaf nodes.
    #[serde(rename = "leafnodes")]
    pub leaf_nodes: u64,
    /// Connections of both, at all servers.
    #[serde(rename = "total_conns")]
    pub total_connections: u64,
    /// Subscriptions.
    #[serde(rename = "num_subscriptions")]
    pub subscriptions: u64,
    /// What its clients sent.
    pub sent: Traffic,
    /// What its clients received.
    pub received: Traffic,
    /// How often a client was disconnected because it was too slow.
    pub slow_consumers: i64,
}

/// How long a service took that one account exports to others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServiceLatency {
    /// How it ended: 200, 400, 408, 503 or 504.
    pub status: u16,
    /// Why, if it did not end well.
    #[serde(rename = "description")]
    pub error: Option<String>,
    /// Who asked, as far as it may be told.
    pub requestor: Option<ClientIdentity>,
    /// Who answered.
    pub responder: Option<ClientIdentity>,
    /// When the request began.
    #[serde(with = "time::option")]
    pub start: Option<SystemTime>,
    /// The time that the service took.
    #[serde(with = "nanos")]
    pub service: Duration,
    /// The time that the servers took.
    #[serde(with = "nanos")]
    pub system: Duration,
    /// The time between request and response.
    #[serde(with = "nanos")]
    pub total: Duration,
}

/// Who a client is, as far as a server tells. What it does not tell is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientIdentity {
    /// The number of the connection, at its server.
    pub id: u64,
    /// The address that it comes from.
    pub host: String,
    /// The account.
    #[serde(rename = "acc")]
    pub account: String,
    /// The account whose service it uses.
    #[serde(rename = "svc")]
    pub service: String,
    /// The user.
    pub user: String,
    /// The name that the client gave itself.
    pub name: String,
    /// The name of its library.
    pub lang: String,
    /// The version of its library.
    #[serde(rename = "ver")]
    pub version: String,
    /// What it is, such as `Client` or `Leafnode`.
    pub kind: String,
    /// How it speaks: `nats`, `mqtt` or `websocket`.
    pub client_type: String,
    /// The name of its server.
    pub server: String,
    /// The cluster of its server.
    pub cluster: String,
    /// Its distance from the server.
    #[serde(with = "nanos")]
    pub rtt: Duration,
    /// When it connected.
    #[serde(with = "time::option")]
    pub start: Option<SystemTime>,
    /// When it disconnected.
    #[serde(with = "time::option")]
    pub stop: Option<SystemTime>,
}

/// Which server it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerIdentity {
    /// Its name.
    pub name: String,
    /// Its address.
    pub host: String,
    /// Its id, which it draws at each start.
    pub id: String,
    /// Its cluster.
    pub cluster: String,
    /// Its version.
    #[serde(rename = "ver")]
    pub version: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it has JetStream.
    pub jetstream: bool,
    /// When it said so.
    #[serde(with = "time::option")]
    pub time: Option<SystemTime>,
}

/// What went one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Traffic {
    /// Messages.
    #[serde(rename = "msgs")]
    pub messages: i64,
    /// Bytes of their payloads and headers.
    pub bytes: i64,
}
