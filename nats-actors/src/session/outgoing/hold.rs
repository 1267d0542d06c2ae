//! Cutting the outgoing stream in two: what one connection still carries, and what waits for another one.

use super::stream::Outgoing;

impl<W> Outgoing<W> {
    /// Ends the part that the present connection carries, with a PING for `waiter` behind it.
    ///
    /// What is appended from now on is kept and not handed out before [`release`](Self::release).
    pub fn hold(&mut self, waiter: Option<W>) {
        self.ping(waiter);
        self.close();
        self.held = Some(self.closed.len());
    }

    /// Whether everything before the hold was written and confirmed.
    #[must_use]
    pub fn is_crossable(&self) -> bool {
        self.held == Some(0) && self.written >= self.confirmed
    }

    /// Lets the stream go on.
    pub const fn release(&mut self) {
        self.held = None;
    }

    /// Bytes written and bytes confirmed, as one number that grows while the peer takes what it is sent.
    #[must_use]
    pub const fn progress(&self) -> u64 {
        self.written.wrapping_add(self.confirmed)
    }

    /// PINGs that wait for their PONG.
    #[must_use]
    pub const fn pings_out(&self) -> u64 {
        self.fences.outstanding()
    }
}
