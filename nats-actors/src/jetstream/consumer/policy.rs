//! The choices of a consumer's configuration.

use serde::Deserialize;
use serde::Serialize;

/// Which messages are owed an acknowledgement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AckPolicy {
    /// Each one.
    #[default]
    Explicit,
    /// Each one, and acknowledging one settles all before it.
    All,
    /// None: a message counts as done once it was sent.
    None,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

/// How fast stored messages come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReplayPolicy {
    /// As fast as they are taken.
    #[default]
    Instant,
    /// With the pauses between them with which they were stored.
    Original,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

/// Which of several pulling clients is served first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PriorityPolicy {
    /// All alike.
    #[default]
    None,
    /// Those that ask for it only when enough is pending.
    Overflow,
    /// One of them, until it goes away.
    PinnedClient,
    /// Those with the lower number in their request.
    Prioritized,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}
