//! One subscription on two connections, at the inlets.

use std::collections::VecDeque;

use super::content::ContentHasher;
use crate::connection::inlet::{Collector, Inlet};
use crate::connection::lock::lock;
use crate::connection::shared::Shared;
use crate::protocol::Message;
use crate::protocol::client_op;
use crate::session::{Entry, Frames, Interest, Sieve};

/// What makes one stream of the messages that two connections bring for one subscription.
#[derive(Debug)]
pub(in crate::connection) struct Merge {
    sieve: Sieve<Message>,
    new_epoch: u64,
    hasher: ContentHasher,
}

impl Merge {
    fn new(new_epoch: u64) -> Self {
        Self { sieve: Sieve::new(), new_epoch, hasher: ContentHasher::default() }
    }

    /// What of `came` is to be delivered, and what is besides.
    fn sift(&mut self, epoch: u64, came: VecDeque<Message>) -> VecDeque<Message> {
        let mut kept = VecDeque::with_capacity(came.len());
        for message in came {
            let hash = self.hasher.hash(&message);
            if epoch == self.new_epoch {
                let size = message.wire_size();
                self.sieve.new_side(hash, size, message, &mut |message| kept.push_back(message));
            } else if self.sieve.old(hash) {
                kept.push_back(message);
            }
        }
        kept
    }
}

/// What of the batch of a subscription is to be delivered, and what is besides; that alone counts as delivered. Outside of
/// a move it is all of it.
#[inline]
pub(in crate::connection) fn merge(
    entry: &mut Entry<Inlet>,
    epoch: u64,
    mut batch: Frames,
) -> Frames {
    let Inlet::Queue(collector) = &entry.target else { return batch };
    if collector.merge.is_some() || !collector.released.is_empty() {
        batch = sift(entry, epoch, batch);
    }
    if let Inlet::Queue(Collector { complete: true, .. }) = &entry.target {
        cut_surplus(entry, &mut batch);
    }
    batch
}

#[cold]
fn sift(entry: &mut Entry<Inlet>, epoch: u64, batch: Frames) -> Frames {
    let Inlet::Queue(collector) = &mut entry.target else { return batch };
    let mut messages = batch.into_messages();
    let came = messages.len();
    if let Some(merge) = &mut collector.merge {
        messages = merge.sift(epoch, messages);
    }
    let kept = messages.len();
    let mut all = std::mem::take(&mut collector.released);
    all.append(&mut messages);
    entry.not_delivered(came.saturating_sub(kept) as u64);
    let mut complete = false;
    for _ in came..kept {
        complete |= entry.delivered();
    }
    if let Inlet::Queue(collector) = &mut entry.target {
        collector.complete |= complete;
    }
    Frames::from_messages(&all)
}

/// Drops what is more than the maximum; it may not be reached after all.
#[cold]
fn cut_surplus(entry: &mut Entry<Inlet>, batch: &mut Frames) {
    let surplus = entry.surplus();
    entry.not_delivered(surplus);
    let complete = entry.is_complete();
    batch.truncate(batch.len().saturating_sub(usize::try_from(surplus).unwrap_or(usize::MAX)));
    if let Inlet::Queue(collector) = &mut entry.target {
        collector.complete = complete;
    }
}

impl Shared {
    /// Tells whoever delivers about a new subscription.
    pub(in crate::connection) fn announce(&self, interest: &mut Interest<Inlet>, sid: u64) {
        let both = self.outbox.announce(|out| interest.announce(sid, out));
        if both && let Some(entry) = interest.get_mut(sid) {
            begin_merge(entry, self.moving.new_epoch());
        }
    }

    /// A second connection is there. `false` if there is no first one, or something is left of the last move.
    ///
    /// It is told of every subscription at once, if own messages are wanted anyway: else the second server would deliver
    /// what is published through the first one.
    pub(super) fn join(&self, new_epoch: u64) -> bool {
        let mut interest = lock(&self.interest);
        let joined = self.outbox.join(new_epoch);
        if joined {
            self.moving.joined(new_epoch);
        }
        if joined && self.options.echo {
            self.announce_on_new(&mut interest);
        }
        joined
    }

    /// Announces every subscription on the new connection.
    pub(super) fn introduce(&self) {
        self.announce_on_new(&mut lock(&self.interest));
    }

    fn announce_on_new(&self, interest: &mut Interest<Inlet>) {
        let new_epoch = self.moving.begin();
        let mut announcements = Vec::new();
        interest.announce_all(&mut announcements);
        for entry in interest.iter_mut().filter(|entry| !entry.is_draining()) {
            begin_merge(entry, new_epoch);
        }
        self.outbox.tell_new(&announcements);
    }

    /// Every server knows the subscriptions of the new connection, as far as one can tell.
    pub(super) fn settle_merges(&self) {
        self.moving.settle();
        self.each_merge(|merge| {
            merge.sieve.settle();
            true
        });
    }

    /// The connection that is left brings nothing any more: what only the new one brought is delivered.
    pub(super) fn cut_merges(&self) {
        let mut touched = Vec::new();
        for entry in lock(&self.interest).iter_mut() {
            if release(entry) {
                touched.push(entry.sid());
            }
        }
        self.moving.cut();
        // Not from here: a full queue may stop a reader, and nobody else.
        self.moving.touch(touched);
        self.outbox.ping(false);
    }

    /// Whether no more copies are expected.
    pub(super) fn are_merges_spent(&self) -> bool {
        let mut spent = true;
        self.each_merge(|merge| {
            let needed = !merge.sieve.is_spent();
            spent &= !needed;
            needed
        });
        spent
    }

    /// The connection that was to be moved to is gone.
    pub(super) fn merges_without_new(&self) {
        self.moving.cut();
        self.each_merge(|merge| merge.sieve.new_is_gone());
    }

    /// There is no second connection any more, and no stream to lead from one to the other.
    pub(in crate::connection) fn end_move(&self) {
        self.cut_merges();
        self.end_merges();
        self.outbox.forget_passage();
    }

    pub(super) fn end_merges(&self) {
        self.moving.end();
        self.each_merge(|_| false);
    }

    /// What is held of a subscription that ends now, and its queue.
    pub(super) fn take_held(&self, sid: u64) -> Frames {
        let mut interest = lock(&self.interest);
        let Some(entry) = interest.get_mut(sid) else { return Frames::default() };
        release(entry);
        match &mut entry.target {
            Inlet::Queue(collector) => {
                Frames::from_messages(&std::mem::take(&mut collector.released))
            }
            _ => Frames::default(),
        }
    }

    /// The UNSUBs for every subscription that there is.
    pub(super) fn farewell(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in lock(&self.interest).iter() {
            client_op::encode_unsub(&mut bytes, entry.sid(), None);
        }
        bytes
    }

    /// Does something with every merge, and ends those for which it says `false`.
    fn each_merge(&self, mut keeps: impl FnMut(&mut Merge) -> bool) {
        for entry in lock(&self.interest).iter_mut() {
            if let Inlet::Queue(collector) = &mut entry.target {
                collector.merge.take_if(|merge| !keeps(merge));
            }
        }
    }
}

/// Only plain subscriptions get a message on each of two connections; of a group, one member gets it.
fn begin_merge(entry: &mut Entry<Inlet>, new_epoch: u64) {
    entry.counts_otherwise();
    let plain = entry.is_plain();
    if let Inlet::Queue(collector) = &mut entry.target
        && plain
    {
        collector.merge = Some(Box::new(Merge::new(new_epoch)));
    }
}

/// Lets go what is held; whether there is anything.
fn release(entry: &mut Entry<Inlet>) -> bool {
    let Inlet::Queue(collector) = &mut entry.target else { return false };
    let Some(merge) = &mut collector.merge else { return false };
    let before = collector.released.len();
    merge.sieve.cut(|message| collector.released.push_back(message));
    let released = collector.released.len() - before;
    let mut complete = false;
    for _ in 0..released {
        complete |= entry.delivered();
    }
    if let Inlet::Queue(collector) = &mut entry.target {
        collector.complete |= complete;
    }
    released > 0
}
