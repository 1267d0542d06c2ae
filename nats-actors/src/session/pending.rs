//! What waits for a subscriber, and what happens when it is too much.

use std::collections::VecDeque;
use std::time::Duration;

use super::frames::Frames;
use super::overflow::{Overflow, PendingLimits, Pushed};
use super::pending_report::Tally;
use super::taken::Taken;
use crate::protocol::FrameSpan;

/// The queue of one subscription: bounded in messages and in bytes.
#[derive(Debug)]
pub struct Pending {
    queue: VecDeque<Frames>,
    pub(super) messages: usize,
    pub(super) bytes: usize,
    /// What the reader took last: it counts until it is used up.
    taken: usize,
    taken_bytes: usize,
    pub(super) limits: PendingLimits,
    overflow: Overflow,
    dropped: u64,
    overflowing: bool,
    /// The memory of used up spans: from who takes to who pushes.
    spare: Vec<FrameSpan>,
    pub(super) tally: Tally,
}

impl Pending {
    /// An empty queue.
    #[must_use]
    pub const fn new(limits: PendingLimits, overflow: Overflow) -> Self {
        Self {
            queue: VecDeque::new(),
            messages: 0,
            bytes: 0,
            taken: 0,
            taken_bytes: 0,
            limits,
            overflow,
            dropped: 0,
            overflowing: false,
            spare: Vec::new(),
            tally: Tally::new(),
        }
    }

    /// Moves `batch` to the end of the queue.
    ///
    /// `batch` is empty afterwards unless the result says that it blocked.
    pub fn push(&mut self, batch: &mut Frames) -> Pushed {
        if batch.is_empty() {
            return Pushed::default();
        }
        if self.taken + self.messages + batch.len() <= self.limits.messages
            && self.held_bytes().saturating_add(batch.bytes()) <= self.limits.bytes
        {
            self.messages += batch.len();
            self.bytes += batch.bytes();
            self.queue.push_back(std::mem::take(batch));
            self.tally.waiting(self.messages, self.bytes);
            return Pushed::default();
        }
        self.push_each(batch)
    }

    /// Memory for the spans of the next batch.
    #[must_use]
    pub fn spare(&mut self) -> Vec<FrameSpan> {
        std::mem::take(&mut self.spare)
    }

    /// Moves up to `max` waiting messages to `to`, which must be empty.
    ///
    /// What was taken counts as waiting until the next call: it is not handled yet.
    pub fn take(&mut self, to: &mut Taken, max: usize) {
        let max = max.min(self.largest_take());
        let mut left = max;
        let queue = &mut self.queue;
        to.refill(std::iter::from_fn(|| {
            let next = queue.front_mut()?;
            if next.len() <= left {
                left -= next.len();
                return queue.pop_front();
            }
            let part = next.split_front(std::mem::take(&mut left));
            (!part.is_empty()).then_some(part)
        }));
        self.taken = to.len();
        self.tally.handed += self.taken as u64;
        self.taken_bytes = to.bytes();
        self.messages -= self.taken;
        self.bytes -= self.taken_bytes;
        self.overflowing &= !self.is_empty();
    }

    /// What the reader took is used up; whether that makes room.
    pub fn came_back(&mut self, taken: &mut Taken) -> bool {
        let makes_room = self.taken > 0;
        self.taken = 0;
        self.taken_bytes = 0;
        let spare = taken.spare();
        if spare.capacity() > self.spare.capacity() {
            self.spare = spare;
        }
        makes_room
    }

    /// Whether nothing waits and what was taken is handled.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.is_empty() && self.taken == 0
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
    pub fn give_up(&mut self, batch: &mut Frames) -> Pushed {
        let mut pushed = Pushed::default();
        self.drop_counted(batch.len(), &mut pushed);
        *batch = Frames::default();
        pushed
    }

    /// Whether something has come to the reader, or could.
    #[must_use]
    pub const fn was_reached(&self) -> bool {
        self.tally.handed > 0 || !self.is_empty()
    }

    /// How many messages wait.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.messages
    }

    /// Whether nothing waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.messages == 0
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

    fn push_each(&mut self, batch: &mut Frames) -> Pushed {
        let mut pushed = Pushed::default();
        while let Some(size) = batch.next_size() {
            if !self.has_room(size) && !self.must_take() {
                match self.overflow {
                    Overflow::DropOldest => self.make_room(size, &mut pushed),
                    Overflow::Latest => self.clear(&mut pushed),
                    Overflow::DropNewest => {}
                    Overflow::Block(_) => {
                        pushed.blocked = true;
                        return pushed;
                    }
                    Overflow::Fail => {
                        pushed.failed = true;
                        self.drop_counted(batch.len(), &mut pushed);
                        *batch = Frames::default();
                        return pushed;
                    }
                }
            }
            // A message that is larger than the whole limit may wait alone: it could never be delivered otherwise.
            if self.has_room(size) || self.must_take() {
                self.push_one(batch, size);
            } else {
                batch.skip();
                self.drop_counted(1, &mut pushed);
            }
        }
        pushed
    }

    /// Moves the next message of `batch` to the end.
    fn push_one(&mut self, batch: &mut Frames, size: usize) {
        let last = self.queue.back_mut().filter(|last| last.shares_with(batch));
        match last {
            Some(last) => last.push_from(batch),
            None => {
                let mut last = batch.none();
                last.push_from(batch);
                self.queue.push_back(last);
            }
        }
        self.messages += 1;
        self.bytes += size;
        self.tally.waiting(self.messages, self.bytes);
    }

    fn has_room(&self, size: usize) -> bool {
        self.taken + self.messages < self.limits.messages
            && self.held_bytes().saturating_add(size) <= self.limits.bytes
    }

    const fn held_bytes(&self) -> usize {
        self.taken_bytes.saturating_add(self.bytes)
    }

    /// Whether an empty queue takes a message although the limits say no.
    fn must_take(&self) -> bool {
        let replaces = matches!(self.overflow, Overflow::Latest | Overflow::DropOldest);
        self.is_empty() && (self.taken == 0 || replaces)
    }

    fn make_room(&mut self, size: usize, pushed: &mut Pushed) {
        while !self.has_room(size) {
            let Some(oldest) = self.queue.front_mut() else { return };
            let Some(dropped) = oldest.skip() else {
                self.queue.pop_front();
                continue;
            };
            self.messages -= 1;
            self.bytes -= dropped.wire_size();
            self.drop_counted(1, pushed);
        }
    }

    fn clear(&mut self, pushed: &mut Pushed) {
        self.drop_counted(self.messages, pushed);
        self.queue.clear();
        self.messages = 0;
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

    fn batch(from: u8, to: u8) -> Frames {
        let payloads: Vec<[u8; 1]> = (from..to).map(|n| [n]).collect();
        Frames::of(&payloads.iter().map(|payload| &payload[..]).collect::<Vec<_>>())
    }

    fn push(pending: &mut Pending, mut batch: Frames) -> Pushed {
        let pushed = pending.push(&mut batch);
        assert_eq!(batch.is_empty(), !pushed.blocked);
        pushed
    }

    fn left(pending: &mut Pending) -> Vec<u8> {
        let mut left = Vec::new();
        let mut taken = Taken::default();
        while !pending.is_empty() {
            pending.take(&mut taken, usize::MAX);
            left.extend(taken.by_ref().filter_map(|message| message.payload().first().copied()));
        }
        assert_eq!(pending.bytes(), 0);
        left
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
        let pushed = pending.push(&mut more);

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
        pending.take(&mut Taken::default(), 1);
        assert!(push(&mut pending, batch(0, 5)).began);
    }

    #[test]
    fn what_was_taken_counts_until_the_reader_comes_back() {
        let mut pending = Pending::new(PendingLimits::new(4, 1024), Overflow::DropNewest);
        push(&mut pending, batch(0, 4));
        let mut taken = Taken::default();
        pending.take(&mut taken, usize::MAX);
        assert_eq!(taken.len(), 1);

        assert_eq!(push(&mut pending, batch(4, 5)).dropped, 1);
        taken.clear();
        pending.take(&mut taken, usize::MAX);
        assert_eq!(push(&mut pending, batch(5, 6)).dropped, 0);
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
        let mut taken = Taken::default();
        pending.take(&mut taken, usize::MAX);

        assert_eq!(push(&mut pending, batch(1, 2)).dropped, 0);
        assert_eq!(push(&mut pending, batch(2, 3)).dropped, 1);
        assert_eq!(left(&mut pending), [2]);
    }
}
