//! Streams: what stores messages.

mod config;
mod config_setters;
mod info;
mod policy;

pub use self::config::ConsumerLimits;
pub use self::config::StreamConfig;
pub use self::info::ClusterInfo;
pub use self::info::PeerInfo;
pub use self::info::StreamInfo;
pub use self::info::StreamState;
pub use self::policy::Compression;
pub use self::policy::DiscardPolicy;
pub use self::policy::PersistMode;
pub use self::policy::RetentionPolicy;
pub use self::policy::StorageType;
