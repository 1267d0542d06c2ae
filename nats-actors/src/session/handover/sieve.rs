//! One subscription on two connections: each message once, in order.

use std::collections::{HashMap, VecDeque};

/// Merges what the two connections of a handover bring for one plain subscription.
///
/// Both servers deliver every message, once each has told the others about the subscription, and nothing but its content
/// says that two arrivals are one message. The old connection delivers; what the new one brings is held until the old
/// one has brought it too, and then dropped. At the [`cut`](Self::cut), when the old connection has nothing more to
/// bring, what is still held has come on the new connection alone: it is delivered, and the new connection goes on from
/// there. So the order of each publisher is that of the old connection, then that of the new one.
///
/// Messages are told apart by a hash of their content, which the caller computes; equal messages are counted.
///
/// What the old connection delivered before the other servers knew the new one is never brought by the new one. If it
/// were awaited for ever, an equal message would be taken for it later. [`settle`](Self::settle) says that everybody
/// knows: what was delivered before that and has not been brought by the new connection until the cut is not awaited any
/// more.
#[derive(Debug)]
pub struct Sieve<M> {
    tallies: HashMap<u64, Tally>,
    /// What came on the new connection alone so far, with some that the old one has brought meanwhile.
    held: VecDeque<(u64, usize, M)>,
    held_bytes: usize,
    /// Copies that the new connection owes.
    owed: usize,
    limits: SieveLimits,
    stage: Stage,
}

/// How much a [`Sieve`] keeps. Beyond it a message may be delivered twice, or out of order; none is lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct SieveLimits {
    pub(super) owed: usize,
    pub(super) held: usize,
    pub(super) held_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Some servers may not know the new connection's subscription yet.
    Spreading,
    Settled,
    /// The old connection brings nothing any more.
    Cut,
    /// The new connection is gone.
    Alone,
}

/// How often messages of one content came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    /// Delivered by the old connection while the subscription spread, and not brought by the new one.
    owed_early: u32,
    /// The same, since it settled.
    owed: u32,
    /// Held.
    held: u32,
    /// Held, but brought by the old connection since.
    cancelled: u32,
    /// Delivered by the new connection for lack of room, and not brought by the old one.
    ahead: u32,
}

impl<M> Sieve<M> {
    /// The subscription is about to be announced on the new connection.
    #[must_use]
    pub fn new() -> Self {
        let limits = SieveLimits { owed: 1 << 18, held: 1 << 16, held_bytes: 16 << 20 };
        Self::with_limits(limits)
    }

    pub(super) fn with_limits(limits: SieveLimits) -> Self {
        Self {
            tallies: HashMap::new(),
            held: VecDeque::new(),
            held_bytes: 0,
            owed: 0,
            limits,
            stage: Stage::Spreading,
        }
    }

    /// Takes note of a message on the old connection; whether it is to be delivered.
    pub fn old(&mut self, hash: u64) -> bool {
        let tally = self.tallies.entry(hash).or_default();
        if tally.ahead > 0 {
            tally.ahead -= 1;
            self.tidy(hash);
            return false;
        }
        if self.stage == Stage::Alone {
            self.tidy(hash);
        } else if tally.held > 0 {
            tally.held -= 1;
            tally.cancelled += 1;
            self.trim();
        } else if self.owed < self.limits.owed {
            self.owed += 1;
            match self.stage {
                Stage::Spreading => tally.owed_early += 1,
                Stage::Settled | Stage::Cut | Stage::Alone => tally.owed += 1,
            }
        } else {
            self.tidy(hash);
        }
        true
    }

    /// Takes a message of `size` bytes on the new connection; `deliver` gets what is to be delivered now.
    pub fn new_side(&mut self, hash: u64, size: usize, message: M, deliver: &mut impl FnMut(M)) {
        if self.is_owed(hash) {
            return;
        }
        if self.stage == Stage::Cut {
            return deliver(message);
        }
        self.tallies.entry(hash).or_default().held += 1;
        self.held.push_back((hash, size, message));
        self.held_bytes = self.held_bytes.saturating_add(size);
        while self.held.len() > self.limits.held || self.held_bytes > self.limits.held_bytes {
            let Some(first) = self.pop() else { return };
            if let Some((hash, message)) = first {
                self.tallies.entry(hash).or_default().ahead += 1;
                deliver(message);
            }
        }
    }

    /// Every server knows the subscription of the new connection now, as far as one can tell.
    pub fn settle(&mut self) {
        if self.stage == Stage::Spreading {
            self.stage = Stage::Settled;
        }
    }

    /// The old connection brings nothing any more; `deliver` gets what only the new one brought.
    ///
    /// If the subscription never settled, copies of all that the old connection delivered are still expected.
    pub fn cut(&mut self, mut deliver: impl FnMut(M)) {
        while let Some(first) = self.pop() {
            if let Some((_, message)) = first {
                deliver(message);
            }
        }
        let forget = self.stage == Stage::Settled;
        let mut owed = 0;
        self.tallies.retain(|_, tally| {
            tally.ahead = 0;
            if forget {
                tally.owed_early = 0;
            }
            owed += tally.owed_early as usize + tally.owed as usize;
            *tally != Tally::default()
        });
        self.owed = owed;
        self.stage = Stage::Cut;
    }

    /// The new connection is gone: the old one brings everything. `false` when this sieve is of no more use.
    pub fn new_is_gone(&mut self) -> bool {
        self.stage = Stage::Alone;
        self.held.clear();
        self.held_bytes = 0;
        self.owed = 0;
        self.tallies.retain(|_, tally| tally.ahead > 0);
        for tally in self.tallies.values_mut() {
            *tally = Tally { ahead: tally.ahead, ..Tally::default() };
        }
        !self.tallies.is_empty()
    }

    /// Whether the old connection is done and the new one owes nothing: there is nothing left to tell apart.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.stage == Stage::Cut && self.owed == 0
    }

    /// Whether the new connection owes the message, which it has brought now.
    ///
    /// The newest debt is paid first, so that what stays unpaid is what was delivered early.
    fn is_owed(&mut self, hash: u64) -> bool {
        let Some(tally) = self.tallies.get_mut(&hash) else { return false };
        let debt = if tally.owed > 0 { &mut tally.owed } else { &mut tally.owed_early };
        if *debt == 0 {
            return false;
        }
        *debt -= 1;
        self.owed -= 1;
        self.tidy(hash);
        true
    }

    /// Frees what is held in front and cancelled.
    fn trim(&mut self) {
        while let Some((hash, ..)) = self.held.front()
            && self.tallies.get(hash).is_some_and(|tally| tally.cancelled > 0)
        {
            self.pop();
        }
    }

    /// Takes the oldest message that is held; the inner `None` is a cancelled one.
    fn pop(&mut self) -> Option<Option<(u64, M)>> {
        let (hash, size, message) = self.held.pop_front()?;
        self.held_bytes -= size;
        let tally = self.tallies.entry(hash).or_default();
        // Equal messages are alike: the older ones count as those that were brought.
        let cancelled = tally.cancelled > 0;
        let count = if cancelled { &mut tally.cancelled } else { &mut tally.held };
        *count = count.saturating_sub(1);
        self.tidy(hash);
        Some((!cancelled).then_some((hash, message)))
    }

    fn tidy(&mut self, hash: u64) {
        if self.tallies.get(&hash).is_some_and(|tally| *tally == Tally::default()) {
            self.tallies.remove(&hash);
        }
    }
}

impl<M> Default for Sieve<M> {
    fn default() -> Self {
        Self::new()
    }
}
