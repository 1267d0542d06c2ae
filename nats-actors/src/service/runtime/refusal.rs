//! Answers of the framework in place of the handler.

use std::time::Duration;

use crate::service::{Fault, Reply};

/// Why a request is answered without, or in the middle of, its handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// As many run as may run, and as many wait as may wait.
    Overloaded,
    /// The endpoint ends before it could answer.
    Stopped,
}

impl Refusal {
    pub(super) fn reply(self, retry_after: Duration) -> Reply {
        let text = match self {
            Self::Overloaded => "overloaded",
            Self::Stopped => "the endpoint was stopped before it answered",
        };
        Reply::error(&Fault::new(503, text).retry_after(retry_after))
    }
}

/// The answer to a request whose deadline has passed.
pub(super) fn too_late() -> Reply {
    Reply::error(&Fault::new(504, "the deadline of the request has passed"))
}
