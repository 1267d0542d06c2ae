//! Streams, consumers and acknowledgements.

mod api;
mod consumer;
mod error;
mod error_code;
mod stream;

pub use self::consumer::AckPolicy;
pub use self::consumer::ConsumerConfig;
pub use self::consumer::ConsumerInfo;
pub use self::consumer::DeliverPolicy;
pub use self::consumer::DeliveryInfo;
pub use self::consumer::PinnedClient;
pub use self::consumer::PriorityPolicy;
pub use self::consumer::ReplayPolicy;
pub use self::consumer::SequencePair;
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
