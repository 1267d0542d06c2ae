//! What a scenario found.

use std::fmt;

/// What a scenario tried, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Messages or operations that were begun.
    pub tried: u64,
    /// Those that arrived, or ended as they should.
    pub received: u64,
    /// Those that may be lost, and of which the client said so.
    pub reported: u64,
    /// Those that the client dropped and counted.
    pub dropped: u64,
    /// Those that arrived more than once.
    pub duplicated: u64,
    /// Those that are missing without a word.
    pub lost: u64,
    /// What should not have happened, for a person to read.
    pub faults: Vec<String>,
    /// What else there is to say, for a person to read.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.faults.is_empty()
    }

    /// Notes a fault unless `holds`.
    pub(super) fn check(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        // One kind of fault can happen a million times.
        if !holds && self.faults.len() < 10 {
            self.faults.push(fault());
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.received += other.received;
        self.reported += other.reported;
        self.dropped += other.dropped;
        self.duplicated += other.duplicated;
        self.lost += other.lost;
        self.faults.extend(other.faults);
        self.notes.extend(other.notes);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tried, received, reported, dropped, duplicated, lost, faults, notes } = self;
        write!(
            f,
            "tried {tried}, received {received}, reported lost {reported}, dropped and counted {dropped}, \
             duplicated {duplicated}, lost {lost}"
        )?;
        notes.iter().try_for_each(|note| write!(f, "\n    {note}"))?;
        faults.iter().try_for_each(|fault| write!(f, "\n    FAULT: {fault}"))
    }
}
