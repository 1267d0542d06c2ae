//! What a supervisor tells about its children's lives.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::state::ParkReason;

/// One transition of one child.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// Position in the supervisor's history, from 0, without gaps.
    pub sequence: u64,
    /// When it happened.
    pub at: SystemTime,
    /// The child's name.
    pub child: Arc<str>,
    /// What happened.
    pub kind: EventKind,
}

/// What happened to a child.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A life begins: its start was called.
    Starting {
        /// The life.
        epoch: u64,
    },
    /// The first life can be used.
    Up {
        /// The life.
        epoch: u64,
    },
    /// A later life can be used.
    Restarted {
        /// The life.
        epoch: u64,
    },
    /// The life was asked to end.
    Stopping {
        /// The life.
        epoch: u64,
    },
    /// The life is over and nothing of it is left.
    Ended {
        /// The life.
        epoch: u64,
        /// Its error, if it did not end normally.
        error: Option<Arc<str>>,
    },
    /// The next life begins after a wait.
    Backoff {
        /// The wait.
        delay: Duration,
    },
    /// The child stays down until it is retried by hand.
    Parked(ParkReason),
    /// The child's failure was more than the restart budget allows.
    Exhausted,
    /// The supervisor gives up because of this child and reports that to whoever owns it.
    Escalated,
    /// The child has no life and gets none by itself.
    Stopped,
    /// The life was killed and is still there. No next life begins before it is gone.
    Stuck {
        /// The life.
        epoch: u64,
    },
}
