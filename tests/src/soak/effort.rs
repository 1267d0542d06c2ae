//! How much a scenario does, and what it chooses.

/// How much a scenario does, and the seed of its choices.
#[derive(Clone, Debug)]
pub struct Effort {
    long: bool,
    alone: bool,
    dice: fastrand::Rng,
}

impl Effort {
    /// As much as a test may take: seconds.
    #[must_use]
    pub fn fast(seed: u64) -> Self {
        Self { long: false, alone: false, dice: fastrand::Rng::with_seed(seed) }
    }

    /// As much as it takes to trust the result: up to minutes.
    #[must_use]
    pub fn long(seed: u64) -> Self {
        Self { long: true, alone: false, dice: fastrand::Rng::with_seed(seed) }
    }

    /// Nothing else runs in this process: its memory tells something.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    pub(super) const fn is_alone(&self) -> bool {
        self.alone
    }

    /// The one count or the other.
    pub(super) const fn of(&self, fast: u64, long: u64) -> u64 {
        if self.long { long } else { fast }
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.dice.u64(..end.max(1))
    }

    /// One of several.
    pub(super) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        *self.dice.choice(of).expect("there is something to choose from")
    }
}
