//! What a scenario found.

use std::fmt;

/// What a scenario tried, and what became of it: each message is in exactly one of the columns that
/// [`sum`](Self::sum) adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Messages or operations that were begun.
    pub tried: u64,
    /// Those that arrived, or ended as they should.
    pub received: u64,
    /// Those that did not arrive, and of which the client said that they may be lost.
    pub reported: u64,
    /// Those that the client dropped and counted.
    pub dropped: u64,
    /// Those that were published behind the end of the subscription that they are counted for.
    pub ended: u64,
    /// Of those that arrived: the ones of which the client had said that they may be lost. The server had read them before
    /// the connection broke, and its answer was lost.
    pub doubted: u64,
    /// Of those that arrived: the ones that did so more than once.
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

    /// What is accounted for, in whatever way.
    #[must_use]
    pub const fn sum(&self) -> u64 {
        self.received + self.reported + self.dropped + self.ended + self.lost
    }

    /// Whatever was tried must be in one column.
    pub(super) fn balance(mut self) -> Self {
        let (tried, sum) = (self.tried, self.sum());
        // What ended in a fault is told there.
        let accounted = tried == sum || !self.faults.is_empty();
        self.check(accounted, || format!("{tried} were tried, and {sum} are accounted for"));
        self
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
        self.ended += other.ended;
        self.doubted += other.doubted;
        self.duplicated += other.duplicated;
        self.lost += other.lost;
        self.faults.extend(other.faults);
        self.notes.extend(other.notes);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tried, received, reported, dropped, ended, lost, .. } = self;
        let Self { doubted, duplicated, faults, notes, .. } = self;
        write!(
            f,
            "tried {tried} = received {received} + reported lost {reported} + dropped and counted {dropped} \
             + behind an end {ended} + lost {lost}; received although reported {doubted}, duplicated {duplicated}"
        )?;
        notes.iter().try_for_each(|note| write!(f, "\n    {note}"))?;
        faults.iter().try_for_each(|fault| write!(f, "\n    FAULT: {fault}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_no_column_is_a_fault() {
        let whole = Report {
            tried: 5,
            received: 1,
            reported: 1,
            dropped: 1,
            ended: 1,
            lost: 1,
            ..Report::default()
        };
        assert_eq!(whole.clone().balance(), whole);
        for tried in [4, 6] {
            let broken = Report { tried, lost: 0, ..whole.clone() }.balance();
            assert_eq!(broken.is_clean(), tried == 4, "{broken}");
        }
    }
}
