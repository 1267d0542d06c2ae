//! Which messages must be handled one after the other.

use std::hash::{Hash, Hasher};

use crate::protocol::Message;

/// Messages with the same key are handled in order, one at a time; different keys run side by side.
///
/// The order holds within one process: replicas that share a durable consumer share its messages.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KeyOrder {
    /// Where the key of a message is.
    pub by: OrderedBy,
    /// Queues that keys are spread over; two keys in one lane wait for each other. Never 0. Default: 32.
    pub lanes: u32,
    /// What a failing message does to its lane. Default: [`OnKeyFailure::Hold`].
    pub on_failure: OnKeyFailure,
}

impl KeyOrder {
    /// 32 lanes that are held by a failing message.
    #[must_use]
    pub const fn new(by: OrderedBy) -> Self {
        Self { by, lanes: 32, on_failure: OnKeyFailure::Hold }
    }

    /// Sets the number of lanes; 0 counts as 1. See [the field](Self#structfield.lanes).
    #[must_use]
    pub const fn lanes(mut self, lanes: u32) -> Self {
        self.lanes = if lanes == 0 { 1 } else { lanes };
        self
    }

    /// Sets what a failing message does to its lane. See [the field](Self#structfield.on_failure).
    #[must_use]
    pub const fn on_failure(mut self, on_failure: OnKeyFailure) -> Self {
        self.on_failure = on_failure;
        self
    }

    /// The lane of a key.
    pub(crate) fn lane_of(&self, key: u64) -> usize {
        let lane = key % u64::from(self.lanes.max(1));
        usize::try_from(lane).unwrap_or(0)
    }
}

/// Where the key of a message is. A message without a key has no order.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum OrderedBy {
    /// In the token that stands for this placeholder of the route's pattern.
    Param(&'static str),
    /// In the first value of this header.
    Header(&'static str),
    /// Wherever this function finds it.
    Function(fn(&Message) -> Option<u64>),
}

/// What a failing message does to the messages behind it in its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnKeyFailure {
    /// They wait: the message is tried again in place, its lease kept. After the last attempt it becomes a dead letter
    /// and the lane goes on.
    Hold,
    /// They go on at once: the message comes back after its delay, behind those that overtook it.
    Skip,
    /// They wait, and when the last attempt has failed too, the whole consumer pauses.
    Halt,
}

/// The key of a text, such as a subject token: the same in every process.
#[must_use]
pub fn key_of(text: &str) -> u64 {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    text.hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a: short keys, no seed, so that lanes do not change between runs.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        // The low bits of FNV are weak for short texts; lanes are taken from the low bits.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spread_over_all_lanes() {
        let order = KeyOrder::new(OrderedBy::Param("id")).lanes(8);
        let mut seen = [0; 8];
        for id in 0..800 {
            seen[order.lane_of(key_of(&id.to_string()))] += 1;
        }

        assert!(seen.iter().all(|count| (50..=150).contains(count)), "{seen:?}");
    }

    #[test]
    fn no_lanes_counts_as_one() {
        assert_eq!(KeyOrder::new(OrderedBy::Param("id")).lanes(0).lane_of(7), 0);
    }
}
