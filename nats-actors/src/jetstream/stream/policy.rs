//! The choices of a stream's configuration.
//!
//! Each keeps a word that this crate does not know as `Other`, so that a configuration of a newer
//! server survives being read and written back.

use serde::Deserialize;
use serde::Serialize;

/// When a stored message may go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RetentionPolicy {
    /// When a limit (age, count, bytes) says so.
    #[default]
    Limits,
    /// When every consumer has acknowledged it; at once if there is none.
    Interest,
    /// When its one consumer has acknowledged it.
    WorkQueue,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

/// What happens to a message that exceeds a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DiscardPolicy {
    /// It is stored, and the oldest ones go.
    #[default]
    Old,
    /// It is refused.
    New,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

/// Where messages are kept. It cannot be changed later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StorageType {
    /// On disk.
    #[default]
    File,
    /// In memory: gone with the server.
    Memory,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

/// How stored messages are compressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// With S2, a fast relative of Snappy. Needs file storage.
    S2,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

/// When the server answers a publish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PersistMode {
    /// After the message was written.
    #[default]
    Default,
    /// Before it: faster, and a crash of the server can lose what it has confirmed.
    Async,
    /// What the server calls so.
    #[serde(untagged)]
    Other(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_newer_server_survives() {
        let policy: RetentionPolicy = serde_json::from_str(r#""auction""#).unwrap();

        assert_eq!(policy, RetentionPolicy::Other("auction".to_owned()));
        assert_eq!(serde_json::to_string(&policy).unwrap(), r#""auction""#);
        assert_eq!(serde_json::to_string(&RetentionPolicy::WorkQueue).unwrap(), r#""workqueue""#);
    }
}
