//! Deliveries that were no attempts, by message, as far as this process knows.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The server counts every delivery; what was snoozed or given back without a run is subtracted.
///
/// Bounded: beyond [`MOST`] messages, further ones are not remembered, and their deliveries count as attempts.
#[derive(Debug, Default)]
pub(crate) struct Excused {
    // Spares the lock in the usual case, in which there is nothing to look up.
    any: AtomicBool,
    by_sequence: Mutex<HashMap<u64, u32>>,
}

impl Excused {
    /// How many deliveries of a message were no attempts.
    pub(crate) fn of(&self, sequence: u64) -> u32 {
        if !self.any.load(Ordering::Acquire) {
            return 0;
        }
        self.lock().get(&sequence).copied().unwrap_or(0)
    }

    /// This many deliveries of a message were no attempts.
    pub(crate) fn set(&self, sequence: u64, deliveries: u32) {
        let mut known = self.lock();
        if known.len() < MOST || known.contains_key(&sequence) {
            known.insert(sequence, deliveries);
            self.any.store(true, Ordering::Release);
        }
    }

    /// The message is settled for good.
    pub(crate) fn forget(&self, sequence: u64) {
        if self.any.load(Ordering::Acquire) {
            let mut known = self.lock();
            known.remove(&sequence);
            self.any.store(!known.is_empty(), Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, u32>> {
        self.by_sequence.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_excused_is_remembered_until_the_message_is_settled() {
        let excused = Excused::default();
        assert_eq!(excused.of(1), 0);

        excused.set(1, 2);
        excused.set(2, 1);
        excused.forget(2);

        assert_eq!((excused.of(1), excused.of(2)), (2, 0));
    }

    #[test]
    fn memory_is_bounded() {
        let excused = Excused::default();
        for sequence in 0..=MOST as u64 {
            excused.set(sequence, 1);
        }
        excused.set(0, 2);

        assert_eq!((excused.of(0), excused.of(MOST as u64)), (2, 0));
    }
}
