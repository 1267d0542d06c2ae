//! Streams, consumers and acknowledgements.

mod api;
mod consumer;
mod error;
mod error_code;
mod stream;

pub use self::consumer::{
    AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy, DeliveryInfo, PinnedClient,
    PriorityPolicy, ReplayPolicy, SequencePair,
};
pub use self::error::{Error, ErrorKind};
pub use self::error_code::ErrorCode;
pub use self::stream::{
    ClusterInfo, Compression, ConsumerLimits, DiscardPolicy, PeerInfo, PersistMode,
    RetentionPolicy, StorageType, StreamConfig, StreamInfo, StreamState,
};
