//! Control operations beside the stream.

use crate::protocol::client_op;
use crate::session::fence::Fences;

/// What one connection of a handover has to send besides the stream of publishes, and who waits for its PONGs.
#[derive(Debug)]
pub(super) struct Lane<W> {
    bytes: Vec<u8>,
    fences: Fences<W>,
}

impl<W> Lane<W> {
    pub(super) const fn new() -> Self {
        Self { bytes: Vec::new(), fences: Fences::new() }
    }

    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn ping(&mut self, waiter: W) {
        self.append(client_op::PING);
        self.fences.ping(Some(waiter));
    }

    /// Counts a PONG; `false` if no PING of this lane waits for one.
    pub(super) fn pong(&mut self, done: &mut Vec<W>) -> bool {
        self.fences.pong(done).is_some()
    }

    /// What waits to be written, if anything does.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        if self.bytes.is_empty() { None } else { Some(std::mem::take(&mut self.bytes)) }
    }

    /// Whether nothing waits to be written or answered.
    pub(super) fn is_idle(&self) -> bool {
        self.bytes.is_empty() && self.fences.outstanding() == 0
    }

    /// Nothing goes this way any more; returns who waited.
    pub(super) fn end(&mut self) -> Vec<W> {
        self.bytes.clear();
        self.fences.reset()
    }
}
