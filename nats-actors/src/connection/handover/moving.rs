//! What there is while two connections stand.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::content::ContentHasher;
use crate::connection::live::Live;
use crate::connection::lock::lock;
use crate::options::ServerAddr;
use crate::protocol::Message;
use crate::session::{Side, Twins};

/// What outlives the actor in the middle of a move.
#[derive(Debug, Default)]
pub(in crate::connection) struct Moving {
    /// The connection that is moved to, then the one that is left; here, so that a crashed actor's successor can stop it.
    pub(in crate::connection) other: Mutex<Option<Live>>,
    /// Servers that were left because they are about to shut down, and were not connected to since.
    pub(super) lame: Mutex<Vec<ServerAddr>>,
    new_epoch: AtomicU64,
    /// The epoch since which there always was a connection.
    since: AtomicU64,
    /// Subscriptions in whose batch something waits for the next pass of a reader.
    touched: Mutex<Vec<u64>>,
    nudged: AtomicBool,
    flows: AtomicU64,
    /// Whether the old server was told to send nothing more.
    parted: AtomicBool,
    /// Whether replies may come on two connections.
    merging: AtomicBool,
    twins: Mutex<Twins>,
    hasher: ContentHasher,
}

impl Moving {
    pub(super) fn joined(&self, new_epoch: u64) {
        self.new_epoch.store(new_epoch, Ordering::Release);
        self.parted.store(false, Ordering::Release);
    }

    pub(super) fn part(&self) {
        self.parted.store(true, Ordering::Release);
    }

    pub(super) fn is_parted(&self) -> bool {
        self.parted.load(Ordering::Acquire)
    }

    /// Both connections bring replies from now on; returns the number of the new one.
    pub(super) fn begin(&self) -> u64 {
        *lock(&self.twins) = Twins::new();
        self.merging.store(true, Ordering::Release);
        self.new_epoch()
    }

    pub(super) fn new_epoch(&self) -> u64 {
        self.new_epoch.load(Ordering::Acquire)
    }

    /// A number that no flow had before.
    pub(super) fn next_flow(&self) -> u64 {
        self.flows.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A connection was made although none stood.
    pub(in crate::connection) fn began_anew(&self, epoch: u64) {
        self.since.store(epoch, Ordering::Release);
    }

    /// Whether there was always a connection since that of `epoch`.
    #[cfg(feature = "jetstream")]
    pub(in crate::connection) fn is_unbroken_since(&self, epoch: u64) -> bool {
        self.since.load(Ordering::Acquire) <= epoch
    }

    pub(super) fn touch(&self, mut sids: Vec<u64>) {
        lock(&self.touched).append(&mut sids);
        self.nudged.store(true, Ordering::Release);
    }

    /// The subscriptions in whose batch something waits. Costs one load where nothing does.
    #[inline]
    pub(in crate::connection) fn take_touched(&self) -> Vec<u64> {
        if self.nudged.load(Ordering::Acquire) && self.nudged.swap(false, Ordering::AcqRel) {
            std::mem::take(&mut lock(&self.touched))
        } else {
            Vec::new()
        }
    }

    /// Whether replies may come twice. Costs one load.
    #[inline]
    pub(in crate::connection) fn is_merging(&self) -> bool {
        self.merging.load(Ordering::Acquire)
    }

    /// Whether this reply has come on the other connection already.
    #[cold]
    pub(in crate::connection) fn is_second(&self, epoch: u64, reply: &Message) -> bool {
        let side = if epoch == self.new_epoch() { Side::New } else { Side::Old };
        !lock(&self.twins).is_first(side, self.hasher.hash(reply))
    }

    pub(super) fn settle(&self) {
        lock(&self.twins).settle();
    }

    pub(super) fn cut(&self) {
        lock(&self.twins).cut();
    }

    pub(super) fn end(&self) {
        self.merging.store(false, Ordering::Release);
        *lock(&self.twins) = Twins::new();
    }

    /// Marks a server, or takes its mark away.
    pub(super) fn mark(&self, server: &ServerAddr, lame: bool) {
        let mut marks = lock(&self.lame);
        marks.retain(|marked| marked != server);
        if lame {
            marks.push(server.clone());
        }
    }
}
