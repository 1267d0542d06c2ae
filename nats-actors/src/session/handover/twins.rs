//! Replies on two connections: each once, as soon as either brings it.

use std::collections::HashMap;

use super::crossing::Side;

/// How many arrivals are remembered; beyond it a reply may be taken twice.
const LIMIT: usize = 1 << 16;

/// Tells which of two arrivals of one reply is the first.
///
/// A request should not wait for the slower connection, so there is no [`Sieve`](super::Sieve) here: whoever is first
/// delivers. Like there, what the old connection brought before all servers knew the new one is forgotten at the end.
#[derive(Debug, Default)]
pub struct Twins {
    early: HashMap<u64, u32>,
    old: HashMap<u64, u32>,
    new: HashMap<u64, u32>,
}

impl Twins {
    /// Nothing has arrived yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a reply of this content is the first of the two that come.
    pub fn is_first(&mut self, side: Side, hash: u64) -> bool {
        let (own, others) = match side {
            Side::Old => (&mut self.old, [&mut self.new, &mut HashMap::new()]),
            Side::New => (&mut self.new, [&mut self.old, &mut self.early]),
        };
        for other in others {
            if let Some(count) = other.get_mut(&hash) {
                *count -= 1;
                if *count == 0 {
                    other.remove(&hash);
                }
                return false;
            }
        }
        if own.len() < LIMIT {
            *own.entry(hash).or_default() += 1;
        }
        true
    }

    /// Every server knows the subscription of the new connection now.
    pub fn settle(&mut self) {
        self.early = std::mem::take(&mut self.old);
    }

    /// The old connection brings nothing any more.
    pub fn cut(&mut self) {
        self.early.clear();
        self.new.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_first_delivers() {
        let mut twins = Twins::new();
        assert!(twins.is_first(Side::Old, 1));
        assert!(!twins.is_first(Side::New, 1));
        assert!(twins.is_first(Side::New, 2));
        assert!(!twins.is_first(Side::Old, 2));
        assert!(twins.is_first(Side::Old, 1));
    }

    #[test]
    fn equal_replies_are_counted_and_early_ones_forgotten() {
        let mut twins = Twins::new();
        assert!(twins.is_first(Side::Old, 1));
        twins.settle();
        for _ in 0..2 {
            assert!(twins.is_first(Side::Old, 1));
            assert!(!twins.is_first(Side::New, 1));
        }
        assert!(twins.is_first(Side::Old, 2));
        twins.cut();
        assert!(twins.is_first(Side::New, 1), "the early one has no copy");
        assert!(!twins.is_first(Side::New, 2), "a late copy is none of its own");
    }
}
