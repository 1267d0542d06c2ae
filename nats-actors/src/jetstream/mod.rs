//! Streams, consumers and acknowledgements.

mod api;
mod error;
mod error_code;
mod stream;

pub use self::error::Error;
pub use self::error::ErrorKind;
pub use self::error_code::ErrorCode;
pub use self::stream::ClusterInfo;
pub use self::stream::Compression;
pub use self::stream::ConsumerLimits;
pub use self::stream::DiscardPolicy;
pub use self::stream::PeerInfo;
pub use self::stream::PersistMode;
pub use self::stream::RetentionPolicy;
pub use self::stream::StorageType;
pub use self::stream::StreamConfig;
pub use self::stream::StreamInfo;
pub use self::stream::StreamState;
