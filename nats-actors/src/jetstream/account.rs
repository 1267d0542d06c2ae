//! What an account uses of JetStream, and what it may use.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::api::limit;

/// What an account uses of JetStream, and what it may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AccountInfo {
    /// Its use and limits; the sum of use, without limits, when the account has tiers.
    #[serde(flatten)]
    pub usage: AccountUsage,
    /// The JetStream domain of the server that answered.
    pub domain: Option<String>,
    /// How the API is used.
    pub api: ApiStatistics,
    /// Use and limits by number of replicas, as `R1` and `R3`.
    pub tiers: BTreeMap<String, AccountUsage>,
}

/// What an account, or one of its tiers, uses and may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AccountUsage {
    /// Bytes in memory streams.
    pub memory: u64,
    /// Bytes in file streams.
    pub storage: u64,
    /// Bytes of memory that streams have reserved.
    pub reserved_memory: u64,
    /// Bytes of disk that streams have reserved.
    pub reserved_storage: u64,
    /// Streams.
    pub streams: u64,
    /// Consumers.
    pub consumers: u64,
    /// What it may use.
    pub limits: AccountLimits,
}

/// What an account, or one of its tiers, may use; nothing means no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AccountLimits {
    /// Bytes in memory streams.
    #[serde(with = "limit")]
    pub max_memory: Option<u64>,
    /// Bytes in file streams.
    #[serde(with = "limit")]
    pub max_storage: Option<u64>,
    /// Streams.
    #[serde(with = "limit")]
    pub max_streams: Option<u64>,
    /// Consumers.
    #[serde(with = "limit")]
    pub max_consumers: Option<u64>,
    /// Unacknowledged messages of one consumer.
    #[serde(with = "limit")]
    pub max_ack_pending: Option<u64>,
    /// Bytes of one memory stream.
    #[serde(with = "limit")]
    pub memory_max_stream_bytes: Option<u64>,
    /// Bytes of one file stream.
    #[serde(with = "limit")]
    pub storage_max_stream_bytes: Option<u64>,
    /// Whether a stream must have a byte limit.
    pub max_bytes_required: bool,
}

/// How an account uses the API, since the server's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ApiStatistics {
    /// What the server's API can do: 0 before 2.11, 1 in 2.11, 2 in 2.12, 4 in 2.14.
    pub level: u32,
    /// Requests.
    pub total: u64,
    /// Requests that were refused.
    pub errors: u64,
    /// Requests that are being served.
    pub inflight: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A01-18, JSM-01, A44-01
    #[test]
    fn a_tiered_account_is_read() {
        let text = r#"{"type":"x","memory":1,"storage":2,"streams":3,"consumers":4,
            "limits":{"max_memory":-1,"max_storage":100,"max_streams":0},
            "api":{"level":4,"total":5,"errors":6},"domain":"hub",
            "tiers":{"R3":{"storage":7,"limits":{"max_streams":8}}}}"#;
        let info: AccountInfo = serde_json::from_str(text).unwrap();

        assert_eq!((info.usage.memory, info.usage.consumers), (1, 4));
        assert_eq!(info.usage.limits.max_memory, None);
        assert_eq!(info.usage.limits.max_storage, Some(100));
        assert_eq!(info.api.level, 4);
        assert_eq!(info.tiers["R3"].limits.max_streams, Some(8));
    }
}
