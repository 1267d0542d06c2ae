//! What to do about a server that is not there.

use std::time::Duration;

use crate::session::Backoff;

/// How a lost connection is made again.
///
/// Every server of the pool is tried once, without a delay in between; then follows a delay that doubles from round to
/// round, with jitter, so that many clients of one server do not come back in step.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ReconnectPolicy {
    max_rounds: Option<u32>,
    backoff: Backoff,
}

impl ReconnectPolicy {
    /// Tries for ever, with delays of 100 ms to 4 s, ±50 %.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives up, and closes the client, after so many rounds over all servers. Default: never. 0 means: do not reconnect.
    pub const fn max_rounds(mut self, rounds: u32) -> Self {
        self.max_rounds = Some(rounds);
        self
    }

    /// The delay after the first round, and the longest one. Default: 100 ms and 4 s.
    pub const fn delay(mut self, first: Duration, max: Duration) -> Self {
        self.backoff = Backoff::new(first, max, 0.5);
        self
    }

    pub(crate) const fn gives_up_after(&self, rounds: u32) -> bool {
        matches!(self.max_rounds, Some(max) if rounds >= max)
    }

    pub(crate) fn delay_of(&self, round: u32, random: f64) -> Duration {
        self.backoff.delay(round, random)
    }
}

/// What [`connect`](crate::Client::connect) does when no server can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitialConnect {
    /// It fails when every server was tried once.
    #[default]
    FailFast,
    /// It keeps trying, as the reconnect policy says, at most so long.
    WaitFor(Duration),
    /// It returns a client at once; the connection is made in the background.
    Background,
}
