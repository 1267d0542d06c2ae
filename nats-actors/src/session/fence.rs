//! Which PONG answers whom.

use std::collections::VecDeque;

/// The number of a PING within one connection epoch, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl Fence {
    /// The number, counted from 1 within its epoch.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// PINGs that were sent in this epoch, and who waits for their PONGs.
///
/// A server answers PINGs in order, so the *n*-th PONG of an epoch answers the *n*-th PING. Everything that was sent
/// before that PING has then been processed by the server: a PONG is a fence.
#[derive(Debug)]
pub struct Fences<W> {
    sent: u64,
    answered: u64,
    waiting: VecDeque<(Fence, W)>,
}

impl<W> Fences<W> {
    /// No PING was sent yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { sent: 0, answered: 0, waiting: VecDeque::new() }
    }

    /// Counts a PING that goes out now; `waiter`, if any, is handed back by [`pong`](Self::pong).
    pub fn ping(&mut self, waiter: Option<W>) -> Fence {
        self.sent += 1;
        let fence = Fence(self.sent);
        if let Some(waiter) = waiter {
            self.waiting.push_back((fence, waiter));
        }
        fence
    }

    /// Counts a PONG; the waiters that it answers go to `done`.
    ///
    /// Returns the fence that it closed, or `None` for a PONG that answers nothing.
    pub fn pong(&mut self, done: &mut Vec<W>) -> Option<Fence> {
        if self.answered == self.sent {
            return None;
        }
        self.answered += 1;
        while self.waiting.front().is_some_and(|(fence, _)| fence.0 <= self.answered) {
            done.extend(self.waiting.pop_front().map(|(_, waiter)| waiter));
        }
        Some(Fence(self.answered))
    }

    /// How many PINGs wait for their PONG.
    #[must_use]
    pub const fn outstanding(&self) -> u64 {
        self.sent - self.answered
    }

    /// Begins a new epoch; who still waited will never be answered.
    pub fn reset(&mut self) -> Vec<W> {
        self.sent = 0;
        self.answered = 0;
        self.waiting.drain(..).map(|(_, waiter)| waiter).collect()
    }
}

impl<W> Default for Fences<W> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pong_answers_the_ping_of_its_number() {
        let mut fences = Fences::new();
        fences.ping(None);
        fences.ping(Some("flush"));
        let mut done = Vec::new();

        fences.pong(&mut done);
        assert!(done.is_empty());
        fences.pong(&mut done);
        assert_eq!(done, ["flush"]);
        assert_eq!(fences.pong(&mut done), None);
    }

    #[test]
    fn a_new_epoch_forgets_pings_and_returns_who_waited() {
        let mut fences = Fences::new();
        fences.ping(Some(1));
        fences.ping(Some(2));

        assert_eq!(fences.reset(), [1, 2]);
        assert_eq!(fences.outstanding(), 0);
        assert_eq!(fences.pong(&mut Vec::new()), None);
    }
}
