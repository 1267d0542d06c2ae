//! What a stream is and holds, as the server tells it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::Deserialize;

use crate::jetstream::StreamConfig;
use crate::jetstream::api::time;

/// What a stream is and holds, at one moment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct StreamInfo {
    /// Its configuration, with the server's defaults filled in.
    pub config: StreamConfig,
    /// When it was created.
    #[serde(with = "time")]
    pub created: SystemTime,
    /// What it holds.
    pub state: StreamState,
    /// The JetStream domain it lives in.
    #[serde(default)]
    pub domain: Option<String>,
    /// Where its replicas are; nothing outside of a cluster.
    #[serde(default)]
    pub cluster: Option<ClusterInfo>,
    /// When the server gathered this, if it says so (2.10 and later).
    #[serde(default, rename = "ts", with = "time::option")]
    pub taken: Option<SystemTime>,
}

/// What a stream holds, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamState {
    /// Messages it holds.
    pub messages: u64,
    /// Bytes it holds, with what the storage adds.
    pub bytes: u64,
    /// Sequence of its oldest message; one more than `last_sequence` when it is empty.
    #[serde(rename = "first_seq")]
    pub first_sequence: u64,
    /// When its oldest message was stored; nothing if it is empty.
    #[serde(rename = "first_ts", with = "time::option")]
    pub first_time: Option<SystemTime>,
    /// Sequence of its newest message, also when that is deleted.
    #[serde(rename = "last_seq")]
    pub last_sequence: u64,
    /// When its newest message was stored; nothing if there never was one.
    #[serde(rename = "last_ts", with = "time::option")]
    pub last_time: Option<SystemTime>,
    /// Subjects of which it holds a message.
    pub num_subjects: u64,
    /// Messages per subject: only what a request with a subject filter asked for.
    pub subjects: BTreeMap<String, u64>,
    /// Sequences between first and last that are gone.
    pub num_deleted: u64,
    /// Those sequences, if asked for.
    pub deleted: Vec<u64>,
    /// Consumers that it has.
    #[serde(rename = "consumer_count")]
    pub consumers: u64,
}

/// Where the replicas of a stream or consumer are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClusterInfo {
    /// The cluster's name.
    pub name: Option<String>,
    /// The name of its consensus group.
    pub raft_group: Option<String>,
    /// The server that leads; nothing while there is none.
    pub leader: Option<String>,
    /// Since when it leads.
    #[serde(with = "time::option")]
    pub leader_since: Option<SystemTime>,
    /// The other servers.
    pub replicas: Vec<PeerInfo>,
}

/// A server that holds a replica.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PeerInfo {
    /// The server's name.
    pub name: String,
    /// Whether it holds everything the leader does.
    pub current: bool,
    /// Whether it is not reachable.
    pub offline: bool,
    /// How many operations it is behind.
    pub lag: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: SCF-48, SCF-49, SCF-50, A01-02
    #[test]
    fn an_answer_of_a_newer_server_is_read() {
        let text = r#"{"type":"io.nats.jetstream.api.v1.stream_create_response",
            "config":{"name":"S","retention":"limits","consumer_limits":{},"unheard":1},
            "created":"2024-01-02T03:04:05.678Z","did_create":true,"ts":"2024-01-02T03:04:06Z",
            "state":{"messages":0,"bytes":0,"first_seq":1,"first_ts":"0001-01-01T00:00:00Z",
            "last_seq":0,"last_ts":"0001-01-01T00:00:00Z","consumer_count":0},
            "cluster":{"leader":"n1","replicas":[{"name":"n2","active":-1,"current":true}]}}"#;
        let info: StreamInfo = serde_json::from_str(text).unwrap();

        assert_eq!(info.config.name, "S");
        assert_eq!(info.state.first_time, None);
        assert!(info.cluster.unwrap().replicas[0].current);
    }
}
