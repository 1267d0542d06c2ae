//! What went over a connection.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of a client since it was made; they go on over reconnects.
///
/// Each is read by itself, so that two of them may differ by what happened in between. Reading them takes three short locks.
///
/// ```no_run
/// # fn example(client: nats_actors::Client) {
/// let statistics = client.statistics();
/// println!("in {} out {}", statistics.in_messages, statistics.out_messages);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Messages received.
    pub in_messages: u64,
    /// Bytes read from the sockets of connections that were made, each once; before encryption, if there is any.
    pub in_bytes: u64,
    /// Messages accepted for the server: publishes, requests, acknowledgements.
    pub out_messages: u64,
    /// Bytes written to the sockets of connections that were made, each once; before encryption, if there is any.
    pub out_bytes: u64,
    /// Bytes that are accepted and that no socket has taken yet.
    pub pending_bytes: u64,
    /// Errors (`-ERR`) that servers reported.
    pub errors: u64,
    /// Connections after the first one, those that were moved to included.
    pub reconnects: u64,
    /// Messages dropped by subscriptions that could not keep up.
    pub dropped: u64,
    /// Messages for subscriptions that had ended.
    pub late: u64,
    /// Live subscriptions.
    pub subscriptions: u64,
    /// Requests that wait for their reply.
    pub requests_waiting: u64,
    /// Publishes that the server has not confirmed yet.
    pub unconfirmed: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) in_messages: AtomicU64,
    pub(super) in_bytes: AtomicU64,
    pub(super) out_bytes: AtomicU64,
    pub(super) errors: AtomicU64,
    pub(super) connections: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) late: AtomicU64,
}

impl Counters {
    pub(super) fn add(counter: &AtomicU64, count: u64) {
        if count > 0 {
            counter.fetch_add(count, Ordering::Relaxed);
        }
    }

    pub(super) fn fill(&self, statistics: &mut Statistics) {
        statistics.in_messages = self.in_messages.load(Ordering::Relaxed);
        statistics.in_bytes = self.in_bytes.load(Ordering::Relaxed);
        statistics.out_bytes = self.out_bytes.load(Ordering::Relaxed);
        statistics.errors = self.errors.load(Ordering::Relaxed);
        statistics.reconnects = self.connections.load(Ordering::Relaxed).saturating_sub(1);
        statistics.dropped = self.dropped.load(Ordering::Relaxed);
        statistics.late = self.late.load(Ordering::Relaxed);
    }
}
