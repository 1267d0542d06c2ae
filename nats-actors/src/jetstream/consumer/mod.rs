//! Consumers: who has been given what of a stream, and what is still owed.
//!
//! Reading order: [`ConsumerConfig`], [`Consumer`], [`Messages`], [`Delivery`].

mod ack_subject;
mod config;
mod config_setters;
mod deliver_policy;
mod delivery;
mod filters;
mod handle;
mod info;
mod manage;
mod policy;
mod pull;
mod settle;
mod verb;

pub use self::ack_subject::DeliveryInfo;
pub use self::config::ConsumerConfig;
pub use self::deliver_policy::DeliverPolicy;
pub use self::delivery::{Delivery, Renewal};
pub use self::handle::Consumer;
pub use self::info::{ConsumerInfo, PinnedClient, SequencePair};
pub use self::policy::{AckPolicy, PriorityPolicy, ReplayPolicy};
pub use self::pull::{
    Messages, MessagesControl, MessagesEvent, MessagesEvents, MessagesState, MessagesStatus,
    OnConsumerLoss, OnStreamLoss, RecoveryReason, StartMessages,
};
pub use self::settle::{DoubleAck, Nak, Settle, Term};
