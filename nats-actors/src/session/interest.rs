//! The live subscriptions, and how to tell a server about them again.

use crate::protocol::client_op;

/// One live subscription.
#[derive(Debug)]
pub struct Entry<T> {
    sid: u64,
    pattern: Box<str>,
    queue_group: Option<Box<str>>,
    max_messages: Option<u64>,
    delivered: u64,
    draining: bool,
    /// Where its messages go.
    pub target: T,
}

impl<T> Entry<T> {
    /// The number that names it on the wire.
    #[must_use]
    pub const fn sid(&self) -> u64 {
        self.sid
    }

    /// What it listens to.
    #[must_use]
    pub const fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The queue group it is a member of, if it is in one.
    #[must_use]
    pub fn queue_group(&self) -> Option<&str> {
        self.queue_group.as_deref()
    }

    /// Counts a delivery; `true` when it is the last one of `max_messages`.
    pub const fn delivered(&mut self) -> bool {
        self.delivered += 1;
        match self.max_messages {
            Some(max) => self.delivered >= max,
            None => false,
        }
    }

    /// Takes back the count of deliveries that were none.
    pub const fn not_delivered(&mut self, count: u64) {
        self.delivered = self.delivered.saturating_sub(count);
    }

    /// How many deliveries were counted beyond `max_messages`.
    #[must_use]
    pub const fn surplus(&self) -> u64 {
        match self.max_messages {
            Some(max) => self.delivered.saturating_sub(max),
            None => 0,
        }
    }

    /// Whether `max_messages` were delivered.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.max_messages, Some(max) if self.delivered >= max)
    }

    /// Whether every message comes to this one, not only to one of a group.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.queue_group.is_none()
    }

    /// Marks it as draining: it is not announced again after a reconnect.
    pub const fn drain(&mut self) {
        self.draining = true;
    }

    /// Whether it was marked so.
    #[must_use]
    pub const fn is_draining(&self) -> bool {
        self.draining
    }

    fn announce(&self, out: &mut Vec<u8>) {
        client_op::encode_sub(out, &self.pattern, self.queue_group.as_deref(), self.sid);
        if let Some(max) = self.max_messages {
            client_op::encode_unsub(out, self.sid, Some(max.saturating_sub(self.delivered)));
        }
    }
}

/// Every live subscription of a connection, found by index.
///
/// A sid holds a slot and how often that slot was used, so that a message for a subscription that ended never reaches
/// the one that took its slot.
#[derive(Debug)]
pub struct Interest<T> {
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u64,
    entry: Option<Entry<T>>,
}

const SLOT_BITS: u32 = 24;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;

impl<T> Interest<T> {
    /// No subscriptions.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    /// Adds a subscription and returns its entry; `None` when all of 16 million slots are taken.
    pub fn insert(
        &mut self,
        pattern: &str,
        queue_group: Option<&str>,
        max_messages: Option<u64>,
        target: T,
    ) -> Option<&mut Entry<T>> {
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.slots.len() as u64 >= SLOT_MASK => return None,
            None => {
                self.slots.push(Slot { generation: 0, entry: None });
                self.slots.len() - 1
            }
        };
        let slot = self.slots.get_mut(index)?;
        let sid = (slot.generation << SLOT_BITS) | (index as u64 + 1);
        Some(slot.entry.insert(Entry {
            sid,
            pattern: pattern.into(),
            queue_group: queue_group.map(Into::into),
            max_messages,
            delivered: 0,
            draining: false,
            target,
        }))
    }

    /// The subscription that `sid` names, while it lives.
    #[inline]
    pub fn get_mut(&mut self, sid: u64) -> Option<&mut Entry<T>> {
        let slot = self.slots.get_mut(Self::index(sid)?)?;
        slot.entry.as_mut().filter(|entry| entry.sid == sid)
    }

    /// Takes a subscription out.
    pub fn remove(&mut self, sid: u64) -> Option<Entry<T>> {
        let index = Self::index(sid)?;
        let slot = self.slots.get_mut(index)?;
        let entry = slot.entry.take_if(|entry| entry.sid == sid)?;
        slot.generation = (slot.generation + 1) & (u64::MAX >> (SLOT_BITS + 1));
        self.free.push(index);
        Some(entry)
    }

    /// Every live subscription, in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<T>> {
        self.slots.iter().filter_map(|slot| slot.entry.as_ref())
    }

    /// As [`iter`](Self::iter), to change their targets and counts.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry<T>> {
        self.slots.iter_mut().filter_map(|slot| slot.entry.as_mut())
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Encodes what tells a fresh server connection about one subscription.
    pub fn announce(&self, sid: u64, out: &mut Vec<u8>) {
        let slot = Self::index(sid).and_then(|index| self.slots.get(index));
        if let Some(entry) = slot.and_then(|slot| slot.entry.as_ref()) {
            entry.announce(out);
        }
    }

    /// Encodes what tells a fresh server connection about every subscription that is not draining.
    pub fn announce_all(&self, out: &mut Vec<u8>) {
        self.iter().filter(|entry| !entry.draining).for_each(|entry| entry.announce(out));
    }

    fn index(sid: u64) -> Option<usize> {
        usize::try_from(sid & SLOT_MASK).ok()?.checked_sub(1)
    }
}

impl<T> Default for Interest<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced<T>(interest: &Interest<T>) -> String {
        let mut out = Vec::new();
        interest.announce_all(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_slot_that_is_used_again_has_another_sid() {
        let mut interest = Interest::new();
        let first = interest.insert("a", None, None, ()).unwrap().sid();
        interest.remove(first);
        let second = interest.insert("b", None, None, ()).unwrap().sid();

        assert_ne!(first, second);
        assert!(interest.get_mut(first).is_none());
        assert!(interest.remove(first).is_none());
        assert_eq!(interest.get_mut(second).unwrap().pattern(), "b");
    }

    #[test]
    fn announces_queue_groups_and_what_is_left_of_a_maximum() {
        let mut interest = Interest::new();
        interest.insert("a.*", Some("q"), None, ());
        let entry = interest.insert("b", None, Some(5), ()).unwrap();
        assert!(!entry.delivered());
        let sid = interest.insert("c", None, None, ()).unwrap().sid();
        interest.get_mut(sid).unwrap().drain();

        assert_eq!(announced(&interest), "SUB a.* q 1\r\nSUB b 2\r\nUNSUB 2 4\r\n");
    }

    #[test]
    fn the_last_delivery_of_a_maximum_is_told() {
        let mut interest = Interest::new();
        let entry = interest.insert("a", None, Some(2), ()).unwrap();

        assert!(!entry.delivered());
        assert!(entry.delivered());
    }

    #[test]
    fn sids_from_the_wire_that_name_nothing_are_nothing() {
        let mut interest: Interest<()> = Interest::new();
        interest.insert("a", None, None, ());

        for sid in [0, 2, u64::MAX, 1 << 24] {
            assert!(interest.get_mut(sid).is_none(), "{sid}");
        }
    }
}
