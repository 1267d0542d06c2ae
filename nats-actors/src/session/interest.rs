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
    /// What was delivered before its present server began to count; `None` when the server counts other things.
    base: Option<u64>,
    /// How many were announced before it was.
    order: u64,
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

    /// Ends it behind `max` messages since it began; returns what to tell the server, if the two count alike.
    pub fn set_max_messages(&mut self, max: u64) -> Option<u64> {
        self.max_messages = Some(max);
        max.checked_sub(self.base?)
    }

    /// The server that delivers counts other messages than are counted here.
    pub const fn counts_otherwise(&mut self) {
        self.base = None;
    }

    /// Whether nothing has come since it was announced.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.base == Some(self.delivered)
    }

    /// How many were announced before it was: the newest has the highest.
    #[must_use]
    pub const fn order(&self) -> u64 {
        self.order
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

    fn announce(&mut self, order: u64, out: &mut Vec<u8>) {
        self.base = Some(self.delivered);
        self.order = order;
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
    announced: u64,
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
        Self { slots: Vec::new(), free: Vec::new(), announced: 0 }
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
            base: Some(0),
            order: 0,
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
    pub fn announce(&mut self, sid: u64, out: &mut Vec<u8>) {
        self.announced += 1;
        let order = self.announced;
        if let Some(entry) = self.get_mut(sid) {
            entry.announce(order, out);
        }
    }

    /// Encodes what tells a fresh server connection about every subscription that is not draining.
    pub fn announce_all(&mut self, out: &mut Vec<u8>) {
        let mut order = self.announced;
        for entry in self.iter_mut().filter(|entry| !entry.draining) {
            order += 1;
            entry.announce(order, out);
        }
        self.announced = order;
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

    fn announced<T>(interest: &mut Interest<T>) -> String {
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

        assert_eq!(announced(&mut interest), "SUB a.* q 1\r\nSUB b 2\r\nUNSUB 2 4\r\n");
    }

    // spec: W-17, SUB-06
    #[test]
    fn a_maximum_set_later_counts_from_the_begin_and_is_told_as_the_server_counts() {
        let mut interest = Interest::new();
        let sid = interest.insert("a", None, None, ()).unwrap().sid();
        let mut out = Vec::new();
        interest.announce(sid, &mut out);
        (0..3).for_each(|_| assert!(!interest.get_mut(sid).unwrap().delivered()));
        assert_eq!(interest.get_mut(sid).unwrap().set_max_messages(5), Some(5));

        interest.announce_all(&mut out);
        let entry = interest.get_mut(sid).unwrap();
        assert!(entry.is_silent() && !entry.delivered() && !entry.is_silent());
        assert_eq!(entry.set_max_messages(6), Some(3), "three came before this server counted");
        assert!(!entry.delivered() && entry.delivered());
        entry.counts_otherwise();
        assert_eq!(entry.set_max_messages(9), None);
        assert_eq!(String::from_utf8(out).unwrap(), "SUB a 1\r\nSUB a 1\r\nUNSUB 1 2\r\n");
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
