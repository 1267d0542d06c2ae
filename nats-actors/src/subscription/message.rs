//! What the mailbox of a subscription accepts.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::Error;

/// A control message for the subscription actor.
#[derive(Debug)]
pub(crate) enum SubscriptionMsg {
    /// Tell the server to stop, deliver what it sent before it knew, then end.
    Drain(Duration, oneshot::Sender<Result<(), Error>>),
    /// The drain ended so.
    Drained(Result<(), Error>),
    /// The pump has handled its last message.
    PumpEnded,
}
