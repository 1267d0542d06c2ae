//! What waits for a subscriber, and what happens when it is too much.

use std::collections::VecDeque;
use std::time::Duration;

use super::pending_limits::{Overflow, PendingLimits, Pushed};
use crate::protocol::Message;

/// The queue of one subscription: bounded in messages and in bytes.
#[derive(Debug)]
pub struct Pending {
    pub(super) queue: VecDeque<Message>,
    pub(super) bytes: usize,
    /// What the reader took last: it counts until it is used up.
    taken: usize,
    taken_bytes: usize,
    pub(super) limits: PendingLimits,
    overflow: Overflow,
    dropped: u64,
    overflowing: bool,
    pub(super) handed: u64,
    pub(super) most: usize,
    pub(super) most_bytes: usize,
}

impl Pending {
    /// An empty queue.
    #[must_use]
    pub const fn new(limits: PendingLimits, overflow: Overflow) -> Self {
        Self {
            queue: VecDeque::new(),
            bytes: 0,
            taken: 0,
            taken_bytes: 0,
            limits,
            overflow,
            dropped: 0,
            overflowing: false,
            handed: 0,
            most: 0,
            most_bytes: 0,
        }
    }

    /// Moves `batch`, whose messages have `bytes` together, to the end of the queue.
    ///
    /// `batch` is empty afterwards unless the result says that it blocked.
    pub fn push(&mut self, batch: &mut VecDeque<Message>, bytes: usize) -> Pushed {
        if self.taken + self.queue.len() + batch.len() <= self.limits.messages
            && self.held_bytes().saturating_add(bytes) <= self.limits.bytes
        {
            self.bytes += bytes;
            if self.queue.is_empty() {
                std::mem::swap(&mut self.queue, batch);
            } else {
                self.queue.append(batch);
            }
            self.measure();
            return Pushed::default();
        }
        self.push_each(batch)
    }

    /// Moves up to `max` waiting messages to `to`, which must be empty.
    ///
    /// What was taken counts as waiting until the next call: it is not handled yet.
    pub fn take(&mut self, to: &mut VecDeque<Message>, max: usize) {
        debug_assert!(to.is_empty(), "what was taken before is not used up");
        if self.queue.len() <= max.min(self.largest_take()) {
            std::mem::swap(&mut self.queue, to);
            self.taken_bytes = self.bytes;
            self.bytes = 0;
        } else {
            to.extend(self.queue.drain(..max.min(self.largest_take())));
            self.taken_bytes = to.iter().map(Message::wire_size).sum();
            self.bytes -= self.taken_bytes;
        }
        self.taken = to.len();
        self.handed += to.len() as u64;
        self.overflowing &= !self.queue.is_empty();
    }

    /// What the reader took is used up; whether that makes room.
    pub const fn came_back(&mut self) -> bool {
        let makes_room = self.taken > 0;
        self.taken = 0;
        self.taken_bytes = 0;
        makes_room
    }

    /// Whether nothing waits and what was taken is handled.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.taken == 0
    }

    /// A quarter of the limit, so that room appears before all that was taken is handled.
    const fn largest_take(&self) -> usize {
        self.limits.messages.div_ceil(4)
    }

    /// From now on nothing blocks: it drains, and who would make room may be who waits for that.
    pub const fn unblock(&mut self) {
        if self.block().is_some() {
            self.limits = PendingLimits::new(usize::MAX, usize::MAX);
        }
    }

    /// Drops what waits, whatever the policy: the deadline of a blocked batch has passed.
    pub fn give_up(&mut self, batch: &mut VecDeque<Message>) -> Pushed {
        let mut pushed = Pushed::default();
        self.drop_counted(batch.len(), &mut pushed);
        batch.clear();
        pushed
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many bytes wait.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many messages were dropped, ever.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How long a full queue may stop the connection.
    #[must_use]
    pub const fn block(&self) -> Option<Duration> {
        match self.overflow {
            Overflow::Block(limit) => Some(limit),
            Overflow::DropNewest | Overflow::DropOldest | Overflow::Latest | Overflow::Fail => None,
        }
    }

    fn push_each(&mut self, batch: &mut VecDeque<Message>) -> Pushed {
        let mut pushed = Pushed::default();
        while let Some(message) = batch.pop_front() {
            let size = message.wire_size();
            if !self.has_room(size) && !self.must_take() {
                match self.overflow {
                    Overflow::DropOldest => self.make_room(size, &mut pushed),
                    Overflow::Latest => self.clear(&mut pushed),
                    Overflow::DropNewest => {}
                    Overflow::Block(_) => {
                        batch.push_front(message);
                        pushed.blocked = true;
                        return pushed;
                    }
                    Overflow::Fail => {
                        pushed.failed = true;
                        self.drop_counted(batch.len() + 1, &mut pushed);
                        batch.clear();
                        return pushed;
                    }
                }
            }
            // A message that is larger than the whole limit may wait alone: it could never be delivered otherwise.
            if self.has_room(size) || self.must_take() {
                self.bytes += size;
                self.queue.push_back(message);
                self.measure();
            } else {
                self.drop_counted(1, &mut pushed);
            }
        }
        pushed
    }

    #[inline]
    fn measure(&mut self) {
        self.most = self.most.max(self.queue.len());
        self.most_bytes = self.most_bytes.max(self.bytes);
    }

    fn has_room(&self, size: usize) -> bool {
        self.taken + self.queue.len() < self.limits.messages
            && self.held_bytes().saturating_add(size) <= self.limits.bytes
    }

    const fn held_bytes(&self) -> usize {
        self.taken_bytes.saturating_add(self.bytes)
    }

    /// Whether an empty queue takes a message although the limits say no.
    fn must_take(&self) -> bool {
        let replaces = matches!(self.overflow, Overflow::Latest | Overflow::DropOldest);
        self.queue.is_empty() && (self.taken == 0 || replaces)
    }

    fn make_room(&mut self, size: usize, pushed: &mut Pushed) {
        while !self.has_room(size) {
            let Some(oldest) = self.queue.pop_front() else { return };
            self.bytes -= oldest.wire_size();
            self.drop_counted(1, pushed);
        }
    }

    fn clear(&mut self, pushed: &mut Pushed) {
        self.drop_counted(self.queue.len(), pushed);
        self.queue.clear();
        self.bytes = 0;
    }

    fn drop_counted(&mut self, count: usize, pushed: &mut Pushed) {
        if count == 0 {
            return;
        }
        self.dropped += count as u64;
        pushed.dropped += count as u64;
        pushed.began |= !self.overflowing;
        self.overflowing = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(from: u8, to: u8) -> VecDeque<Message> {
        (from..to).map(|n| Message::new("s", None, None, &[n])).collect()
    }

    fn push(pending: &mut Pending, mut messages: VecDeque<Message>) -> Pushed {
        let bytes = messages.iter().map(Message::wire_size).sum();
        pending.push(&mut messages, bytes)
    }

    fn left(pending: &mut Pending) -> Vec<u8> {
        let mut taken = VecDeque::new();
        while !pending.is_empty() {
            let mut some = VecDeque::new();
            pending.take(&mut some, usize::MAX);
            taken.extend(some);
        }
        taken.iter().filter_map(|message| message.payload().first().copied()).collect()
    }

    fn full_of_three(overflow: Overflow) -> Pending {
        let mut pending = Pending::new(PendingLimits::new(3, 1024), overflow);
        push(&mut pending, batch(0, 3));
        pending
    }

    #[test]
    fn each_policy_keeps_what_it_says() {
        for (overflow, kept, dropped) in [
            (Overflow::DropNewest, vec![0, 1, 2], 2),
            (Overflow::DropOldest, vec![2, 3, 4], 2),
            (Overflow::Latest, vec![3, 4], 3),
        ] {
            let mut pending = full_of_three(overflow);
            let pushed = push(&mut pending, batch(3, 5));

            assert_eq!((pushed.dropped, pending.dropped()), (dropped, dropped), "{overflow:?}");
            assert_eq!(left(&mut pending), kept, "{overflow:?}");
        }
    }

    #[test]
    fn blocking_leaves_the_rest_with_the_caller() {
        let mut pending = full_of_three(Overflow::Block(Duration::from_secs(1)));
        let mut more = batch(3, 5);
        let pushed = pending.push(&mut more, 100);

        assert!(pushed.blocked);
        assert_eq!((more.len(), pending.dropped()), (2, 0));
        assert_eq!(pending.give_up(&mut more).dropped, 2);
    }

    #[test]
    fn failing_ends_the_subscription_and_counts() {
        let mut pending = full_of_three(Overflow::Fail);
        let pushed = push(&mut pending, batch(3, 5));

        assert!(pushed.failed);
        assert_eq!(pending.dropped(), 2);
    }

    #[test]
    fn an_episode_begins_once_and_ends_when_the_queue_was_emptied() {
        let mut pending = full_of_three(Overflow::DropNewest);

        assert!(push(&mut pending, batch(3, 4)).began);
        assert!(!push(&mut pending, batch(4, 5)).began);
        left(&mut pending);
        pending.take(&mut VecDeque::new(), 1);
        assert!(push(&mut pending, batch(0, 5)).began);
    }

    #[test]
    fn what_was_taken_counts_until_the_reader_comes_back() {
        let mut pending = Pending::new(PendingLimits::new(4, 1024), Overflow::DropNewest);
        push(&mut pending, batch(0, 4));
        let mut taken = VecDeque::new();
        pending.take(&mut taken, usize::MAX);
        assert_eq!(taken.len(), 1);

        assert_eq!(push(&mut pending, batch(4, 5)).dropped, 1);
        taken.clear();
        pending.take(&mut taken, usize::MAX);
        assert_eq!(push(&mut pending, batch(5, 6)).dropped, 0);
    }

    // spec: SUB-12, SUB-14
    #[test]
    fn what_came_and_the_most_that_waited_are_counted() {
        let mut pending = full_of_three(Overflow::DropNewest);
        push(&mut pending, batch(3, 5));
        assert_eq!((pending.handed(), pending.dropped(), pending.high_water()), (0, 2, (3, 6)));

        left(&mut pending);
        push(&mut pending, batch(0, 1));
        assert_eq!((pending.handed(), pending.high_water()), (3, (3, 6)));
        pending.reset_high_water();
        assert_eq!(pending.high_water(), (1, 2));
    }

    // spec: SUB-10
    #[test]
    fn limits_can_be_set_later() {
        let mut pending = full_of_three(Overflow::DropNewest);
        pending.set_limits(PendingLimits::new(4, 1024));

        assert_eq!(push(&mut pending, batch(3, 5)).dropped, 1);
    }

    #[test]
    fn bytes_are_a_bound_of_their_own() {
        let mut pending = Pending::new(PendingLimits::new(100, 5), Overflow::DropNewest);
        let pushed = push(&mut pending, batch(0, 4));

        assert_eq!(pushed.dropped, 2);
        assert_eq!(pending.bytes(), 4);
    }

    #[test]
    fn a_message_above_the_whole_limit_waits_alone() {
        for (overflow, left_of_two) in [
            (Overflow::DropNewest, 0),
            (Overflow::DropOldest, 1),
            (Overflow::Latest, 1),
            (Overflow::Block(Duration::ZERO), 0),
            (Overflow::Fail, 0),
        ] {
            let mut pending = Pending::new(PendingLimits::new(10, 1), overflow);
            let pushed = push(&mut pending, batch(0, 2));

            assert_eq!(left(&mut pending), [left_of_two], "{overflow:?}");
            assert_eq!(pushed.dropped == 0, pushed.blocked, "{overflow:?}");
        }
    }

    #[test]
    fn the_newest_replaces_the_oldest_also_where_only_one_may_wait() {
        let mut pending = Pending::new(PendingLimits::new(1, 1024), Overflow::DropOldest);
        push(&mut pending, batch(0, 1));
        let mut taken = VecDeque::new();
        pending.take(&mut taken, usize::MAX);

        assert_eq!(push(&mut pending, batch(1, 2)).dropped, 0);
        assert_eq!(push(&mut pending, batch(2, 3)).dropped, 1);
        assert_eq!(left(&mut pending), [2]);
    }
}
