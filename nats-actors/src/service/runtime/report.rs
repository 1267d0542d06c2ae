//! What PING, INFO and STATS answer (ADR-32).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Who answers: the reply to PING.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PingReport {
    #[serde(rename = "type")]
    pub(super) kind: Cow<'static, str>,
    /// The name of the service.
    pub name: String,
    /// The instance: unique, and the same as long as the service runs.
    pub id: String,
    /// The version of the service.
    pub version: String,
    /// The metadata of the service and the instance.
    pub metadata: BTreeMap<String, String>,
}

/// What a service offers: the reply to INFO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InfoReport {
    #[serde(rename = "type")]
    pub(super) kind: Cow<'static, str>,
    /// The name of the service.
    pub name: String,
    /// The instance.
    pub id: String,
    /// The version of the service.
    pub version: String,
    /// The metadata of the service and the instance.
    pub metadata: BTreeMap<String, String>,
    /// The text that describes the service.
    pub description: String,
    /// The endpoints, in the order in which they were added.
    pub endpoints: Vec<EndpointInfo>,
}

/// What a service has done: the reply to STATS.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StatsReport {
    #[serde(rename = "type")]
    pub(super) kind: Cow<'static, str>,
    /// The name of the service.
    pub name: String,
    /// The instance.
    pub id: String,
    /// The version of the service.
    pub version: String,
    /// The metadata of the service and the instance.
    pub metadata: BTreeMap<String, String>,
    /// Since when is counted: the start, or the last reset.
    #[serde(with = "super::time_text")]
    pub started: SystemTime,
    /// The endpoints, in the order in which they were added.
    pub endpoints: Vec<EndpointStats>,
}

/// One endpoint in INFO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndpointInfo {
    /// Its name.
    pub name: String,
    /// The pattern that it listens on.
    pub subject: String,
    /// Its queue group; empty if every instance gets each request.
    #[serde(default)]
    pub queue_group: String,
    /// Its metadata.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// One endpoint in STATS.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndpointStats {
    /// Its name.
    pub name: String,
    /// The pattern that it listens on.
    pub subject: String,
    /// Its queue group; empty if every instance gets each request.
    #[serde(default)]
    pub queue_group: String,
    /// Requests that were answered, those that were refused or failed included.
    pub num_requests: u64,
    /// Requests that were answered with an error.
    pub num_errors: u64,
    /// The last error as `<code>:<text>`; empty if there was none.
    #[serde(default)]
    pub last_error: String,
    /// The time that handlers took, from the call to the reply. On the wire in nanoseconds.
    #[serde(with = "super::nanoseconds")]
    pub processing_time: Duration,
    /// The processing time by the number of requests. On the wire in nanoseconds.
    #[serde(with = "super::nanoseconds")]
    pub average_processing_time: Duration,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Box<RawValue>>,
}

impl EndpointStats {
    /// What [`ServiceOptions::stats_data`](super::ServiceOptions::stats_data) gave, as JSON.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.data.as_deref().map(RawValue::get)
    }
}
