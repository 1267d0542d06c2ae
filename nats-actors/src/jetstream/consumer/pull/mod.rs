//! Pulling: asking for as many messages as can be worked on, and noticing when nobody answers.

mod backoff;
mod budget;
mod machine;
#[cfg(test)]
mod machine_tests;
mod open;
mod request;
mod settings;
mod state;
mod status;

pub use self::state::{
    MessagesEvent, MessagesState, MessagesStatus, OnConsumerLoss, OnStreamLoss, RecoveryReason,
};
