//! What became of the lines that were read. Each ends in one of three ways: placed, refused or given up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Cheap to clone; all clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    counts: Arc<Mutex<LineCounts>>,
}

/// All lines, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineCounts {
    pub(crate) read: u64,
    pub(crate) placed: u64,
    /// By reason.
    pub(crate) refused: BTreeMap<&'static str, u64>,
    /// Lines whose order could not be placed, and nobody knows whether it was.
    pub(crate) given_up: Vec<String>,
    /// Calls that failed and were made again.
    pub(crate) calls_retried: u64,
}

impl Lines {
    pub(crate) fn read(&self) {
        self.counts().read += 1;
    }

    pub(crate) fn placed(&self) {
        self.counts().placed += 1;
    }

    pub(crate) fn refused(&self, reason: &'static str) {
        *self.counts().refused.entry(reason).or_default() += 1;
    }

    pub(crate) fn given_up(&self, why: String) {
        self.counts().given_up.push(why);
    }

    pub(crate) fn call_retried(&self) {
        self.counts().calls_retried += 1;
    }

    pub(crate) fn snapshot(&self) -> LineCounts {
        self.counts().clone()
    }

    fn counts(&self) -> MutexGuard<'_, LineCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LineCounts {
    pub(crate) fn refused_total(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Lines that have ended.
    pub(crate) fn done(&self) -> u64 {
        let given_up = u64::try_from(self.given_up.len()).unwrap_or(u64::MAX);
        self.placed.saturating_add(self.refused_total()).saturating_add(given_up)
    }
}
