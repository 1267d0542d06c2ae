//! Consumers: who has been given what of a stream, and what is still owed.

mod ack_subject;
mod config;
mod config_setters;
mod deliver_policy;
mod filters;
mod info;
mod policy;
mod pull;

pub use self::ack_subject::DeliveryInfo;
pub use self::config::ConsumerConfig;
pub use self::deliver_policy::DeliverPolicy;
pub use self::info::{ConsumerInfo, PinnedClient, SequencePair};
pub use self::policy::{AckPolicy, PriorityPolicy, ReplayPolicy};
pub use self::pull::{
    MessagesEvent, MessagesState, MessagesStatus, OnConsumerLoss, OnStreamLoss, RecoveryReason,
};
