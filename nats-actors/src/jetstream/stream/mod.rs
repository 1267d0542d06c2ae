//! Streams: what stores messages.
//!
//! Reading order: [`StreamConfig`], [`Stream`] and the operations on it, [`StreamInfo`].

mod config;
mod config_setters;
mod handle;
mod info;
mod manage;
mod message;
mod policy;
mod purge;

pub use self::config::{ConsumerLimits, StreamConfig};
pub use self::handle::Stream;
pub use self::info::{ClusterInfo, PeerInfo, StreamInfo, StreamState};
pub use self::message::StoredMessage;
pub use self::policy::{Compression, DiscardPolicy, PersistMode, RetentionPolicy, StorageType};
pub use self::purge::{Bounded, Purge, Unbounded};
