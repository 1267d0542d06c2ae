//! What a stream is to be.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::jetstream::api::{limit, nanos};
use crate::jetstream::{Compression, DiscardPolicy, PersistMode, RetentionPolicy, StorageType};

/// What a stream is to be; the server fills in what is left at its default.
///
/// Fields are read directly and set by the methods of the same name. Fields that this crate does
/// not name (mirrors, sources, placement, and what a newer server adds) are kept as they came and
/// sent back by an update.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::jetstream::{RetentionPolicy, StreamConfig};
///
/// let orders = StreamConfig::new("ORDERS")
///     .subjects(["orders.>"])
///     .retention(RetentionPolicy::WorkQueue)
///     .max_age(Duration::from_secs(86_400));
///
/// assert_eq!(orders.subjects, ["orders.>"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamConfig {
    /// The stream's name: one subject token, at most 255 bytes.
    pub name: String,
    /// For people; at most 4 KiB. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The subjects it stores. Default: its name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// When a stored message may go. Default: when a limit says so.
    pub retention: RetentionPolicy,
    /// Consumers that it may have. Default: no limit.
    #[serde(with = "limit")]
    pub max_consumers: Option<u64>,
    /// Messages that it may hold. Default: no limit.
    #[serde(rename = "max_msgs", with = "limit")]
    pub max_messages: Option<u64>,
    /// Bytes that it may hold. Default: no limit.
    #[serde(with = "limit")]
    pub max_bytes: Option<u64>,
    /// Age at which a message goes; at least 100 ms. Default: no limit.
    #[serde(with = "nanos")]
    #[doc(alias = "ttl")]
    pub max_age: Duration,
    /// Messages that it may hold for one subject. Default: no limit.
    #[serde(rename = "max_msgs_per_subject", with = "limit")]
    pub max_messages_per_subject: Option<u64>,
    /// Bytes that one message, with its headers, may have. Default: no limit but the server's.
    #[serde(rename = "max_msg_size", with = "limit")]
    pub max_message_size: Option<u64>,
    /// What happens at a limit. Default: the oldest messages go.
    pub discard: DiscardPolicy,
    /// Whether [`DiscardPolicy::New`] also holds for the limit per subject. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub discard_new_per_subject: bool,
    /// Where messages are kept. Default: on disk.
    pub storage: StorageType,
    /// Copies that the cluster keeps, 1 to 5. Default: 1.
    #[serde(rename = "num_replicas", skip_serializing_if = "is_default")]
    pub replicas: u32,
    /// Whether the server leaves publishes unanswered. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub no_ack: bool,
    /// For how long a message id is remembered. Default: 2 minutes, or the maximal age if shorter.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub duplicate_window: Option<Duration>,
    /// How stored messages are compressed. Default: not at all.
    #[serde(skip_serializing_if = "is_default")]
    pub compression: Compression,
    /// The sequence of the first message. Default: 1.
    #[serde(rename = "first_seq", skip_serializing_if = "Option::is_none")]
    pub first_sequence: Option<u64>,
    /// Whether every replica answers reads. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub allow_direct: bool,
    /// Whether a mirror answers reads for its origin. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub mirror_direct: bool,
    /// Whether nothing may be stored, deleted or expire any more. Cannot be undone. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub sealed: bool,
    /// Whether deleting a message is refused. Cannot be undone. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub deny_delete: bool,
    /// Whether a purge is refused. Cannot be undone. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub deny_purge: bool,
    /// Whether a publish may replace all earlier messages by its header. Default: no.
    #[serde(rename = "allow_rollup_hdrs", skip_serializing_if = "is_default")]
    pub allow_rollup: bool,
    /// Bounds for the consumers' own settings. Default: none.
    #[serde(skip_serializing_if = "is_default")]
    pub consumer_limits: ConsumerLimits,
    /// Whether a message may name its own age limit. Cannot be undone. Default: no.
    #[serde(rename = "allow_msg_ttl", skip_serializing_if = "is_default")]
    pub allow_message_ttl: bool,
    /// Life of the marker that the server leaves where a subject's last message expired; at least
    /// 1 s. Default: no marker.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub subject_delete_marker_ttl: Option<Duration>,
    /// Whether every message is an increment of its subject's counter. Cannot be changed.
    /// Default: no.
    #[serde(rename = "allow_msg_counter", skip_serializing_if = "is_default")]
    pub allow_counter: bool,
    /// Whether a batch may be stored whole or not at all. Default: no.
    #[serde(rename = "allow_atomic", skip_serializing_if = "is_default")]
    pub allow_atomic_publish: bool,
    /// Whether a message may be scheduled for later. Cannot be undone. Default: no.
    #[serde(rename = "allow_msg_schedules", skip_serializing_if = "is_default")]
    pub allow_schedules: bool,
    /// Whether the fast batch ingest is open. Default: no.
    #[serde(rename = "allow_batched", skip_serializing_if = "is_default")]
    pub allow_batch_publish: bool,
    /// When the server answers a publish. Cannot be changed. Default: after writing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persist_mode: Option<PersistMode>,
    /// For programs; names that begin with `_nats` belong to the server. At most 128 KiB. Default:
    /// none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// What the server knows and this crate does not.
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

/// Bounds that a stream sets for its consumers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerLimits {
    /// Default and upper bound of a consumer's inactivity threshold. Default: none.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub inactive_threshold: Option<Duration>,
    /// Default and upper bound of a consumer's unacknowledged messages. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ack_pending: Option<i64>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(config: &StreamConfig) -> Value {
        serde_json::to_value(config).unwrap()
    }

    // spec: A01-04, SCF-06, SCF-08
    #[test]
    fn no_limit_is_minus_one_and_reads_back_as_none() {
        let config = StreamConfig::new("S").max_messages(10);
        let wire = json(&config);

        assert_eq!(wire["max_msgs"], 10);
        assert_eq!(wire["max_bytes"], -1);
        assert_eq!(wire["max_age"], 0);
        assert_eq!(serde_json::from_value::<StreamConfig>(wire).unwrap(), config);
    }

    // spec: A01-03, SCF-39
    #[test]
    fn what_was_not_set_is_not_sent_to_a_strict_or_old_server() {
        let wire = json(&StreamConfig::new("S"));
        let sent: Vec<_> = wire.as_object().unwrap().keys().map(String::as_str).collect();

        assert_eq!(
            sent,
            [
                "discard",
                "max_age",
                "max_bytes",
                "max_consumers",
                "max_msg_size",
                "max_msgs",
                "max_msgs_per_subject",
                "name",
                "retention",
                "storage",
            ]
        );
    }

    // spec: A01-10
    #[test]
    fn a_field_this_crate_does_not_know_survives_an_update() {
        let text = r#"{"name":"S","mirror":{"name":"M","opt_start_seq":18446744073709551615},
            "new_in_2_16":[1,{"a":null}],"max_msgs":5}"#;
        let config: StreamConfig = serde_json::from_str(text).unwrap();
        let wire = json(&config.max_messages(6));

        assert_eq!(wire["mirror"]["opt_start_seq"], u64::MAX);
        assert_eq!(wire["new_in_2_16"][1]["a"], Value::Null);
        assert_eq!(wire["max_msgs"], 6);
    }

    // spec: A01-04, SCF-24
    #[test]
    fn sequences_use_all_of_their_64_bits() {
        let config = StreamConfig::new("S").first_sequence(18_446_744_073_709_551_000);
        let back: StreamConfig = serde_json::from_value(json(&config)).unwrap();

        assert_eq!(back.first_sequence, Some(18_446_744_073_709_551_000));
    }
}
