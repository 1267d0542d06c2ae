//! How an application ended.

use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;

use super::builder::GROUPS;
use crate::client::DrainReport as ClientReport;
use crate::supervisor::{ChildOutcome, ChildReport, DrainReport, EndCause, Ended};

/// How an application ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exit {
    /// It was asked to, and everything that had begun was finished.
    Drained,
    /// It was asked to, and something was cut short: at the drain timeout, or by an abort.
    CutShort,
    /// Restarting did not help, or the connection was given up.
    Escalated,
}

impl Exit {
    /// The exit code of the process: 0, 1 or 3. An application that did not start exits with 2.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Drained => 0,
            Self::CutShort => 1,
            Self::Escalated => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// How an application ended, and what was cut short.
#[derive(Clone, Debug)]
#[must_use = "the report says whether anything was cut short"]
pub struct ExitReport {
    exit: Exit,
    reason: Option<Arc<str>>,
    children: Vec<ChildReport>,
    unconfirmed: u64,
    untaken: usize,
}

impl ExitReport {
    pub(super) fn new(ended: &Ended, client: ClientReport) -> Self {
        let children = children(&ended.report);
        let whole = ended.report.is_clean() && client.unconfirmed == 0 && client.untaken == 0;
        let exit = match &ended.cause {
            EndCause::Asked if whole => Exit::Drained,
            EndCause::Asked => Exit::CutShort,
            EndCause::Escalated { .. } | EndCause::Exit { .. } | EndCause::Killed => {
                Exit::Escalated
            }
        };
        let reason = (exit == Exit::Escalated).then(|| ended.cause.to_string().into());
        let ClientReport { unconfirmed, untaken, .. } = client;
        Self { exit, reason, children, unconfirmed, untaken }
    }

    /// The end of an application that was asked to end before it had begun.
    pub(super) fn before_start() -> Self {
        let (reason, children) = (None, Vec::new());
        Self { exit: Exit::Drained, reason, children, unconfirmed: 0, untaken: 0 }
    }

    /// How it ended.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Why it ended, if nobody asked.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Everything that was alive when the application began to end, in the order in which it ended: `group/child`.
    #[must_use]
    pub fn children(&self) -> &[ChildReport] {
        &self.children
    }

    /// What did not end by itself.
    pub fn cut_short(&self) -> impl Iterator<Item = &ChildReport> {
        self.children.iter().filter(|child| child.outcome != ChildOutcome::Drained)
    }

    /// Publishes that were accepted and that no server confirmed.
    #[must_use]
    pub fn unconfirmed(&self) -> u64 {
        self.unconfirmed
    }

    /// Messages that arrived and were not taken from their subscriptions.
    #[must_use]
    pub fn untaken(&self) -> usize {
        self.untaken
    }
}

/// Names as users know them: without the supervisors that every application has.
fn children(report: &DrainReport) -> Vec<ChildReport> {
    let prefix = format!("{GROUPS}/");
    let known = report.children().iter().cloned().map(|mut child| {
        if let Some(name) = child.name.strip_prefix(&prefix) {
            child.name = name.into();
        }
        child
    });
    known.collect()
}

impl fmt::Display for ExitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.exit, &self.reason) {
            (Exit::Drained, _) => f.write_str("drained")?,
            (Exit::CutShort, _) => f.write_str("cut short")?,
            (Exit::Escalated, reason) => f.write_str(reason.as_deref().unwrap_or("gave up"))?,
        }
        for child in self.cut_short() {
            let outcome = match child.outcome {
                ChildOutcome::Drained => "drained",
                ChildOutcome::Failed => "failed while it drained",
                ChildOutcome::Aborted => "was aborted",
                ChildOutcome::Abandoned => "could not be aborted",
            };
            write!(f, "\n  {} {outcome}", child.name)?;
        }
        if self.unconfirmed > 0 {
            write!(f, "\n  {} publishes are unconfirmed", self.unconfirmed)?;
        }
        if self.untaken > 0 {
            write!(f, "\n  {} received messages were not taken", self.untaken)?;
        }
        Ok(())
    }
}
