//! What is told when a supervisor is over.

use std::fmt;
use std::sync::Arc;

/// How each child ended when its supervisor drained or gave up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "the report says whether anything was cut short"]
pub struct DrainReport {
    children: Vec<ChildReport>,
}

/// One child's line of a [`DrainReport`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildReport {
    /// The child's name; `sup/child` for a child of a supervisor below.
    pub name: Arc<str>,
    /// How it ended.
    pub outcome: ChildOutcome,
}

/// How a child ended when its supervisor was closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChildOutcome {
    /// By itself, after it was asked to.
    Drained,
    /// With an error or a panic, while it was draining.
    Failed,
    /// Killed, because its shutdown time or the deadline had passed.
    Aborted,
    /// Not at all: it was killed but never got to an await. It may still run.
    Abandoned,
}

impl DrainReport {
    /// The children that were alive, in the order in which they ended.
    #[must_use]
    pub fn children(&self) -> &[ChildReport] {
        &self.children
    }

    /// Whether every child ended by itself.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.children.iter().all(|child| child.outcome == ChildOutcome::Drained)
    }

    pub(super) fn push(&mut self, name: &Arc<str>, outcome: ChildOutcome, below: Option<&Self>) {
        for child in below.into_iter().flat_map(|below| &below.children) {
            let name = format!("{name}/{}", child.name).into();
            self.children.push(ChildReport { name, ..child.clone() });
        }
        self.children.push(ChildReport { name: Arc::clone(name), outcome });
    }
}

/// The end of a supervisor.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ended {
    /// Why it ended.
    pub cause: EndCause,
    /// How its children ended.
    pub report: DrainReport,
}

/// Why a supervisor ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndCause {
    /// Its owner called `drain` or `abort`.
    Asked,
    /// A child used up the restarts; the supervisor above, if there is one, counts this as a failure.
    Escalated {
        /// The child's name; `sup/child` for a child of a supervisor below.
        child: Arc<str>,
        /// The child's last error.
        error: Arc<str>,
    },
    /// As `Escalated`, and by [`Exhausted::Exit`](super::Exhausted::Exit) the process should end.
    Exit {
        /// The child's name; `sup/child` for a child of a supervisor below.
        child: Arc<str>,
        /// The child's last error.
        error: Arc<str>,
    },
    /// Its actor was killed from outside, or the runtime went away. Its children were killed too.
    Killed,
}

impl fmt::Display for EndCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("stopped on request"),
            Self::Escalated { child, error } => write!(f, "gave up on `{child}`: {error}"),
            Self::Exit { child, error } => {
                write!(f, "asks to end the process because of `{child}`: {error}")
            }
            Self::Killed => f.write_str("was killed"),
        }
    }
}
