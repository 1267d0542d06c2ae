//! Where in the stream a consumer begins.

use std::time::SystemTime;

use serde::Deserialize;
use serde::Serialize;

use crate::jetstream::api::time;

/// Where in the stream a consumer begins. It cannot be changed later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Wire", into = "Wire")]
#[non_exhaustive]
pub enum DeliverPolicy {
    /// With the oldest message.
    #[default]
    All,
    /// With the newest message.
    Last,
    /// With the first message stored after the consumer was created.
    New,
    /// With the message of this sequence, or the next one that exists.
    ByStartSequence(u64),
    /// With the first message stored at or after this time.
    ByStartTime(SystemTime),
    /// With the newest message of each subject. Needs a filter.
    LastPerSubject,
    /// What the server calls so.
    Other(String),
}

/// The three fields that say it on the wire.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Wire {
    deliver_policy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    opt_start_seq: Option<u64>,
    #[serde(with = "time::option", skip_serializing_if = "Option::is_none")]
    opt_start_time: Option<SystemTime>,
}

impl From<DeliverPolicy> for Wire {
    fn from(policy: DeliverPolicy) -> Self {
        let (word, opt_start_seq, opt_start_time) = match policy {
            DeliverPolicy::All => ("all", None, None),
            DeliverPolicy::Last => ("last", None, None),
            DeliverPolicy::New => ("new", None, None),
            DeliverPolicy::ByStartSequence(first) => ("by_start_sequence", Some(first), None),
            DeliverPolicy::ByStartTime(first) => ("by_start_time", None, Some(first)),
            DeliverPolicy::LastPerSubject => ("last_per_subject", None, None),
            DeliverPolicy::Other(word) => return Self { deliver_policy: word, ..Self::default() },
        };
        Self { deliver_policy: word.to_owned(), opt_start_seq, opt_start_time }
    }
}

impl From<Wire> for DeliverPolicy {
    fn from(wire: Wire) -> Self {
        match (wire.deliver_policy.as_str(), wire.opt_start_seq, wire.opt_start_time) {
            ("all" | "", ..) => Self::All,
            ("last", ..) => Self::Last,
            ("new", ..) => Self::New,
            ("last_per_subject", ..) => Self::LastPerSubject,
            ("by_start_sequence", first, _) => Self::ByStartSequence(first.unwrap_or_default()),
            ("by_start_time", _, Some(first)) => Self::ByStartTime(first),
            _ => Self::Other(wire.deliver_policy),
        }
    }
}
