//! Streams: what stores messages.

mod config;
mod config_setters;
mod info;
mod policy;

pub use self::config::{ConsumerLimits, StreamConfig};
pub use self::info::{ClusterInfo, PeerInfo, StreamInfo, StreamState};
pub use self::policy::{Compression, DiscardPolicy, PersistMode, RetentionPolicy, StorageType};
