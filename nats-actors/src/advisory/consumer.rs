//! What servers tell about consumers.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use super::stream::Action;
use crate::jetstream::PeerInfo;
use crate::jetstream::{nanos, time};

/// A consumer was created or deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerAction {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// What was done.
    pub action: Action,
}

/// A consumer was paused or resumed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerPause {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// Whether it is paused now.
    pub paused: bool,
    /// Until when, if it is paused.
    #[serde(with = "time::option")]
    pub pause_until: Option<SystemTime>,
}

/// A consumer has a new leader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerLeaderElected {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The name of the server that leads.
    pub leader: String,
    /// The servers with a replica.
    pub replicas: Vec<PeerInfo>,
}

/// A consumer cannot make progress.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerQuorumLost {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The servers with a replica.
    pub replicas: Vec<PeerInfo>,
}

/// A client is the one of its group that gets messages (ADR-42).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerPinned {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The priority group.
    pub group: String,
    /// What the client is known by: `Nats-Pin-Id` of what is delivered to it.
    pub pinned_id: String,
}

/// A client is no longer the one of its group that gets messages (ADR-42).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerUnpinned {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The priority group.
    pub group: String,
    /// Why: `admin` or `timeout`.
    pub reason: String,
}

/// A message was acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumerAck {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The number of the delivery.
    #[serde(rename = "consumer_seq")]
    pub consumer_sequence: u64,
    /// The sequence of the message.
    #[serde(rename = "stream_seq")]
    pub stream_sequence: u64,
    /// How long it took from the delivery to the acknowledgement.
    #[serde(with = "nanos")]
    pub ack_time: Duration,
    /// How often the message was delivered.
    pub deliveries: u64,
}

/// A message was delivered as often as its consumer allows, and will not be again. It stays in its stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MaxDeliveries {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The sequence of the message.
    #[serde(rename = "stream_seq")]
    pub stream_sequence: u64,
    /// How often the message was delivered.
    pub deliveries: u64,
}

/// A message was given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageNaked {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The number of the delivery.
    #[serde(rename = "consumer_seq")]
    pub consumer_sequence: u64,
    /// The sequence of the message.
    #[serde(rename = "stream_seq")]
    pub stream_sequence: u64,
    /// How often the message was delivered.
    pub deliveries: u64,
}

/// A message was given up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageTerminated {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// The number of the delivery.
    #[serde(rename = "consumer_seq")]
    pub consumer_sequence: u64,
    /// The sequence of the message.
    #[serde(rename = "stream_seq")]
    pub stream_sequence: u64,
    /// How often the message was delivered.
    pub deliveries: u64,
    /// Why, if who gave it up said so.
    pub reason: Option<String>,
}
