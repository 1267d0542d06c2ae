//! Streams, consumers and acknowledgements.
//!
//! [`JetStream`] is the way in, from [`Client::jetstream`](crate::Client::jetstream): it publishes
//! with a confirmation and finds or creates a [`Stream`]; a stream has [`Consumer`]s; a consumer
//! has [`Messages`], which a supervised actor keeps coming; each is a [`Delivery`], to be settled
//! once. What fails says why by an [`ErrorKind`], and the server's refusals by an [`ErrorCode`].

mod account;
mod api;
mod consumer;
mod context;
mod error;
mod error_code;
mod observer;
mod publish;
mod publish_ack;
mod stream;

pub(crate) use self::api::{nanos, time};

pub use self::account::{AccountInfo, AccountLimits, AccountUsage, ApiStatistics};
pub use self::consumer::{
    AckPolicy, Consumer, ConsumerConfig, ConsumerInfo, DeliverPolicy, Delivery, DeliveryInfo,
    DoubleAck, Messages, MessagesControl, MessagesEvent, MessagesEvents, MessagesState,
    MessagesStatus, Nak, OnConsumerLoss, OnStreamLoss, PinnedClient, PriorityPolicy,
    RecoveryReason, Renewal, ReplayPolicy, SequencePair, Settle, StartMessages, Term,
};
pub use self::context::JetStream;
pub use self::error::{Error, ErrorKind};
pub use self::error_code::ErrorCode;
pub use self::observer::{ApiEnd, ApiObserver, ApiRequest};
pub use self::publish::Publish;
pub use self::publish_ack::PubAck;
pub use self::stream::{
    Bounded, ClusterInfo, Compression, ConsumerLimits, DiscardPolicy, PeerInfo, PersistMode, Purge,
    RetentionPolicy, StorageType, StoredMessage, Stream, StreamConfig, StreamInfo, StreamState,
    Unbounded,
};
