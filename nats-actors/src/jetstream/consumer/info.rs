//! What a consumer is and owes, as the server tells it.

use std::time::Duration;
use std::time::SystemTime;

use serde::Deserialize;

use crate::jetstream::api::{nanos, time};
use crate::jetstream::{ClusterInfo, ConsumerConfig};

/// What a consumer is and owes, at one moment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ConsumerInfo {
    /// The stream it reads.
    #[serde(rename = "stream_name")]
    pub stream: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    #[serde(with = "time")]
    pub created: SystemTime,
    /// Its configuration, with the server's defaults filled in.
    #[serde(default)]
    pub config: ConsumerConfig,
    /// The last message it delivered.
    #[serde(default)]
    pub delivered: SequencePair,
    /// Up to where everything is acknowledged.
    #[serde(default)]
    pub ack_floor: SequencePair,
    /// Messages that are delivered and not acknowledged.
    #[serde(default)]
    pub num_ack_pending: u64,
    /// Of those, messages that were delivered more than once.
    #[serde(default)]
    pub num_redelivered: u64,
    /// Pulls that wait for messages.
    #[serde(default)]
    pub num_waiting: u64,
    /// Messages that are not delivered yet.
    #[serde(default)]
    pub num_pending: u64,
    /// Where its replicas are; nothing outside of a cluster.
    #[serde(default)]
    pub cluster: Option<ClusterInfo>,
    /// Whether somebody is subscribed to where it pushes.
    #[serde(default)]
    pub push_bound: bool,
    /// Whether it delivers nothing at the moment.
    #[serde(default)]
    pub paused: bool,
    /// For how much longer.
    #[serde(default, with = "nanos::option")]
    pub pause_remaining: Option<Duration>,
    /// When the server gathered this, if it says so (2.10 and later).
    #[serde(default, rename = "ts", with = "time::option")]
    pub taken: Option<SystemTime>,
    /// Who is pinned, group by group.
    #[serde(default)]
    pub priority_groups: Vec<PinnedClient>,
}

/// One position, in the consumer's count and in the stream's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SequencePair {
    /// Deliveries, redeliveries included.
    #[serde(rename = "consumer_seq")]
    pub consumer: u64,
    /// Sequence in the stream.
    #[serde(rename = "stream_seq")]
    pub stream: u64,
    /// When that happened; nothing if it never did.
    #[serde(rename = "last_active", with = "time::option")]
    pub last_active: Option<SystemTime>,
}

/// The client that a priority group is pinned to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PinnedClient {
    /// The group.
    pub group: String,
    /// The pin; nothing if nobody has it.
    #[serde(rename = "pinned_client_id")]
    pub id: Option<String>,
    /// Since when.
    #[serde(rename = "pinned_ts", with = "time::option")]
    pub since: Option<SystemTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: CNS-38, A01-02
    #[test]
    fn an_answer_of_a_newer_server_is_read() {
        let text = r#"{"type":"x","stream_name":"S","name":"c","created":"2024-01-02T03:04:05Z",
            "config":{"durable_name":"c","ack_policy":"explicit","deliver_policy":"all",
            "ack_wait":30000000000,"max_deliver":-1,"replay_policy":"instant","unheard":0},
            "delivered":{"consumer_seq":3,"stream_seq":2,"last_active":"2024-01-02T03:04:05Z"},
            "ack_floor":{"consumer_seq":0,"stream_seq":0},"num_ack_pending":2,"num_redelivered":1,
            "num_waiting":0,"num_pending":7,"pause_remaining":1000,"unheard":[],
            "priority_groups":[{"group":"g","pinned_ts":"0001-01-01T00:00:00Z"}]}"#;
        let info: ConsumerInfo = serde_json::from_str(text).unwrap();

        assert_eq!(info.config.max_deliver, None);
        assert_eq!(info.config.ack_wait, Some(Duration::from_secs(30)));
        assert_eq!((info.delivered.consumer, info.delivered.stream), (3, 2));
        assert_eq!(info.ack_floor.last_active, None);
        assert_eq!(info.pause_remaining, Some(Duration::from_micros(1)));
        assert_eq!(info.priority_groups[0].since, None);
    }
}
