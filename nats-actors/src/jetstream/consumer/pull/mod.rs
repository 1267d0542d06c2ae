//! Pulling: asking for as many messages as can be worked on, and noticing when nobody answers.
//!
//! What decides is pure: [`machine`] over [`budget`], [`open`], [`status`] and [`backoff`]. The
//! [`actor`] carries it out; [`intake`] moves messages past its mailbox into the [`buffer`].

mod actor;
mod backoff;
mod budget;
mod buffer;
mod control;
#[cfg(test)]
mod crash_tests;
mod intake;
mod ledger;
mod machine;
#[cfg(test)]
mod machine_tests;
mod message;
mod messages;
mod open;
mod request;
mod rescue;
mod settings;
mod shared;
mod start;
mod state;
mod status;
mod tally;
mod timer;

pub use self::control::{MessagesControl, MessagesEvents};
pub use self::messages::Messages;
pub use self::start::StartMessages;
pub use self::state::{
    MessagesEvent, MessagesState, MessagesStatus, OnConsumerLoss, OnStreamLoss, RecoveryReason,
};

pub(super) use self::buffer::Arrival;
pub(super) use self::shared::Shared;
