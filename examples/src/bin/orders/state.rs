//! Where an order can stand.

use std::fmt;

/// Where an order stands. The last three are final: an order that is in one never leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The service is announcing it to the stream.
    Placing,
    /// The stream has its event.
    Placed,
    /// A payment is under way; it may take several attempts.
    Billing,
    Billed,
    Cancelled,
    DeadLettered(DeadLetter),
}

/// Why an order was given up, and where its event lies now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeadLetter {
    pub(crate) reason: String,
    pub(crate) stream: String,
    pub(crate) sequence: u64,
    pub(crate) subject: String,
}

impl State {
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Billed | Self::Cancelled | Self::DeadLettered(_))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Placing => "being placed",
            Self::Placed => "placed",
            Self::Billing => "being billed",
            Self::Billed => "billed",
            Self::Cancelled => "cancelled",
            Self::DeadLettered(_) => "dead-lettered",
        })
    }
}
