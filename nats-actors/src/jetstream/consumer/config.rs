//! What a consumer is to be.

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::SystemTime;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use super::filters;
use crate::jetstream::api::{limit, nanos, time};
use crate::jetstream::{AckPolicy, DeliverPolicy, PriorityPolicy, ReplayPolicy};

/// What a pull consumer is to be; the server fills in what is left at its default.
///
/// Fields are read directly and set by the methods of the same name. Fields that this crate does
/// not name (those of push consumers, and what a newer server adds) are kept as they came and
/// sent back by an update.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::jetstream::ConsumerConfig;
///
/// let billing = ConsumerConfig::durable("billing")
///     .filter_subjects(["orders.*.placed"])
///     .ack_wait(Duration::from_secs(30));
///
/// assert_eq!(billing.name(), "billing");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerConfig {
    /// The name of a consumer that lives until it is deleted.
    #[serde(rename = "durable_name", skip_serializing_if = "Option::is_none")]
    pub durable: Option<String>,
    /// The name of any consumer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For people; at most 4 KiB. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where in the stream it begins. Default: with the oldest message.
    #[serde(flatten)]
    pub deliver: DeliverPolicy,
    /// Which messages are owed an acknowledgement. Default: each one.
    pub ack_policy: AckPolicy,
    /// How long a delivered message may stay unacknowledged before it is delivered again.
    /// Default: 30 s.
    ///
    /// What a server of a cluster has on its way when another one takes the consumer over may be
    /// lost with its acknowledgements, and comes again after this time, too.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub ack_wait: Option<Duration>,
    /// How often a message is delivered before the server gives up on it. Default: no limit.
    #[serde(with = "limit")]
    pub max_deliver: Option<u64>,
    /// Waits before the second, third, … delivery of a message that was not acknowledged in time;
    /// the first one replaces `ack_wait`. It does not apply to NAKs. Default: none.
    #[serde(with = "nanos::list", skip_serializing_if = "Vec::is_empty")]
    pub backoff: Vec<Duration>,
    /// The subjects it delivers, wildcards allowed, without overlap. Default: all of the stream.
    #[serde(flatten, with = "filters")]
    pub filter_subjects: Vec<String>,
    /// How fast stored messages come. Default: as fast as they are taken.
    #[serde(rename = "replay_policy")]
    pub replay: ReplayPolicy,
    /// Share of acknowledgements that the server publishes a metric of, as `"30%"`. Default: none.
    #[serde(rename = "sample_freq", skip_serializing_if = "Option::is_none")]
    pub sample_frequency: Option<String>,
    /// Pulls that may wait at the server. Default: 512.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_waiting: Option<u32>,
    /// Delivered messages that may be unacknowledged, over all clients; -1 for no limit.
    /// Default: 1000. At the limit, deliveries stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ack_pending: Option<i64>,
    /// Whether messages come without their payload. Default: no.
    #[serde(skip_serializing_if = "is_default")]
    pub headers_only: bool,
    /// The most that one pull may ask for. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch: Option<u32>,
    /// The longest that one pull may wait. Default: no limit.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub max_expires: Option<Duration>,
    /// The most bytes that one pull may ask for. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u32>,
    /// How long nobody may pull before the server deletes the consumer. Default: 5 s for one
    /// without a durable name, for ever for one with it.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub inactive_threshold: Option<Duration>,
    /// Copies of its state that the cluster keeps. Default, 0: as many as of the stream.
    #[serde(rename = "num_replicas", skip_serializing_if = "is_default")]
    pub replicas: u32,
    /// Whether its state is kept in memory. Default: as the stream.
    #[serde(rename = "mem_storage", skip_serializing_if = "is_default")]
    pub memory_storage: bool,
    /// For programs; names that begin with `_nats` belong to the server. At most 128 KiB. Default:
    /// none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Until when it delivers nothing. Default: it delivers.
    #[serde(with = "time::option", skip_serializing_if = "Option::is_none")]
    pub pause_until: Option<SystemTime>,
    /// Groups of pulling clients. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority_groups: Vec<String>,
    /// Which client of a group is served first. Default: all alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_policy: Option<PriorityPolicy>,
    /// How long a pinned client may be silent. Default: 2 minutes.
    #[serde(with = "nanos::option", skip_serializing_if = "Option::is_none")]
    pub priority_timeout: Option<Duration>,
    /// What the server knows and this crate does not.
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wire(config: &ConsumerConfig) -> Value {
        serde_json::to_value(config).unwrap()
    }

    // spec: CNS-06, A01-03
    #[test]
    fn what_the_server_would_default_wrongly_is_always_sent_and_nothing_else() {
        assert_eq!(
            wire(&ConsumerConfig::durable("c")),
            json!({
                "durable_name": "c", "name": "c", "deliver_policy": "all",
                "ack_policy": "explicit", "replay_policy": "instant", "max_deliver": -1,
            })
        );
    }

    // spec: A34-01, CNS-11, CNS-12
    #[test]
    fn one_filter_and_several_go_in_different_fields() {
        let one = ConsumerConfig::durable("c").filter_subjects(["a.>"]);
        let two = ConsumerConfig::durable("c").filter_subjects(["a.>", "b.*"]);

        assert_eq!(wire(&one)["filter_subject"], "a.>");
        assert_eq!(wire(&one).get("filter_subjects"), None);
        assert_eq!(wire(&two)["filter_subjects"], json!(["a.>", "b.*"]));
        assert_eq!(wire(&two).get("filter_subject"), None);
        for config in [one, two] {
            assert_eq!(serde_json::from_value::<ConsumerConfig>(wire(&config)).unwrap(), config);
        }
    }

    // spec: CNS-04, CNS-05, A15-08
    #[test]
    fn every_start_survives_the_wire() {
        let at = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 1);
        for deliver in [
            DeliverPolicy::All,
            DeliverPolicy::Last,
            DeliverPolicy::New,
            DeliverPolicy::ByStartSequence(0),
            DeliverPolicy::ByStartSequence(u64::MAX),
            DeliverPolicy::ByStartTime(at),
            DeliverPolicy::LastPerSubject,
            DeliverPolicy::Other("random".to_owned()),
        ] {
            let config = ConsumerConfig::durable("c").deliver(deliver.clone());
            let back: ConsumerConfig = serde_json::from_value(wire(&config)).unwrap();
            assert_eq!(back.deliver, deliver);
        }
    }

    #[test]
    fn zero_is_said_and_unset_is_not() {
        let config =
            ConsumerConfig::durable("c").inactive_threshold(Duration::ZERO).max_ack_pending(-1);

        assert_eq!(wire(&config)["inactive_threshold"], 0);
        assert_eq!(wire(&config)["max_ack_pending"], -1);
        assert_eq!(wire(&config).get("ack_wait"), None);
    }

    #[test]
    fn a_field_this_crate_does_not_know_survives_an_update() {
        let came = json!({"durable_name":"c","deliver_subject":"to","idle_heartbeat":5000000000_i64,
            "rate_limit_bps":1,"new_in_2_16":{"a":[1]},"deliver_policy":"new"});
        let config: ConsumerConfig = serde_json::from_value(came).unwrap();

        assert!(config.is_push());
        assert_eq!(wire(&config)["new_in_2_16"]["a"][0], 1);
        assert_eq!(wire(&config)["idle_heartbeat"], 5_000_000_000_i64);
    }
}
