//! What a slot shows of its child.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// Where a child is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotState {
    /// No life yet: not added, or an earlier sibling is not up.
    Waiting,
    /// The child's start was called.
    Starting {
        /// The life.
        epoch: u64,
    },
    /// The child can be used.
    Up {
        /// The life.
        epoch: u64,
    },
    /// The life was asked to end.
    Stopping {
        /// The life.
        epoch: u64,
    },
    /// The last life failed; the next begins after a wait.
    Backoff {
        /// The end of the wait.
        until: Instant,
    },
    /// Down until it is retried by hand.
    Parked(ParkReason),
    /// Down, and nothing will start it again by itself.
    Stopped,
}

impl SlotState {
    /// Whether no life begins without somebody's help.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Parked(_) | Self::Stopped)
    }
}

impl fmt::Display for SlotState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waiting"),
            Self::Starting { epoch } => write!(f, "starting life {epoch}"),
            Self::Up { epoch } => write!(f, "up in life {epoch}"),
            Self::Stopping { epoch } => write!(f, "stopping life {epoch}"),
            Self::Backoff { .. } => f.write_str("backing off"),
            Self::Parked(reason) => write!(f, "parked: {reason}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// Why a child is parked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParkReason {
    /// It reported a configuration error, which restarting cannot mend.
    Config(Arc<str>),
    /// It failed more often than the restart budget allows.
    Exhausted(Arc<str>),
    /// The sibling of this name is parked, and the strategy ties this child to it.
    Sibling(Arc<str>),
}

impl fmt::Display for ParkReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => write!(f, "configuration error: {error}"),
            Self::Exhausted(error) => write!(f, "too many restarts: {error}"),
            Self::Sibling(name) => write!(f, "sibling `{name}` is parked"),
        }
    }
}
