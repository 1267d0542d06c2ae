//! What the core asks for and what it tells.

use super::{ChildId, Closing, Moment};

/// One thing to do; carry them out in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum Action {
    /// Begin a life: call the child's start.
    Start { id: ChildId, epoch: u64 },
    /// Ask the life to end; it will be killed at the given time. May come again with an earlier time.
    Stop { id: ChildId, kill_at: Moment },
    /// End the life without asking.
    Kill { id: ChildId },
    /// Tell the readers of events.
    Note { id: ChildId, note: Note },
    /// The child is in no table any more.
    Forget { id: ChildId },
    /// How a child ended while the supervisor was closing.
    Closed { id: ChildId, end: ChildEnd },
    /// The supervisor is over: all children are gone or were given up.
    Finish { why: Closing },
}

/// How a life ended, as far as it matters for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum Exit {
    Normal,
    Failed,
    /// As `Failed`, and another life would fail in the same way.
    Config,
    /// A supervisor below wants the process to end.
    Process,
}

/// A transition of one child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum Note {
    Starting { epoch: u64 },
    Up { epoch: u64 },
    Stopping { epoch: u64 },
    Ended { epoch: u64, exit: Exit },
    Backoff { until: Moment },
    Parked(Parked),
    Stopped,
    Stuck { epoch: u64 },
    Exhausted,
    Escalated,
}

/// Why a child is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum Parked {
    Config,
    Exhausted,
}

/// How a child ended while its supervisor was closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum ChildEnd {
    Drained,
    Failed,
    Aborted,
    Abandoned,
}

/// What a child looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::supervisor) enum View {
    Waiting,
    Starting { epoch: u64 },
    Up { epoch: u64 },
    Stopping { epoch: u64 },
    Backoff { until: Moment },
    Parked(Parked),
    ParkedBy { sibling: ChildId },
    Stopped,
}
