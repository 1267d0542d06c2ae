//! What to do about a server that is not there.

use std::sync::Arc;
use std::time::Duration;

use super::callback::Callback;
use super::select_server::{SelectServer, ServerCandidates, ServerChoice};
use crate::session::Backoff;

type ReconnectDelay = dyn Fn(u32) -> Duration + Send + Sync;

/// How a lost connection is made again.
///
/// Every server of the pool is tried once, another one than the lost one first and without a delay; then follows a delay
/// that grows by half from pass to pass. Delays are drawn from their whole range, also the one before the lost server
/// itself is tried when there is no other, so that many clients of one server do not come back in step (ADR-40).
///
/// ```
/// use std::time::Duration;
/// use nats_actors::{ConnectOptions, ReconnectPolicy};
///
/// let policy = ReconnectPolicy::new()
///     .delay(Duration::from_millis(250), Duration::from_secs(10))
///     .max_reconnects(60);
/// let options = ConnectOptions::new().reconnect(policy);
/// # drop(options);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ReconnectPolicy {
    max_reconnects: Option<u32>,
    backoff: Backoff,
    delay: Option<Callback<ReconnectDelay>>,
    select: Option<Callback<SelectServer>>,
    ignore_auth_errors: bool,
}

impl ReconnectPolicy {
    /// Tries for ever, with delays of up to 100 ms after the first pass and of up to 4 s in the end.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does not reconnect: the first loss closes the client.
    pub fn never() -> Self {
        Self::new().max_reconnects(0)
    }

    /// After how many failures in a row a server leaves the pool. Default: never. 0 means: do not reconnect.
    ///
    /// When no server is left, the client closes, with the last failure as the reason. A success starts the count of its
    /// server again.
    pub const fn max_reconnects(mut self, count: u32) -> Self {
        self.max_reconnects = Some(count);
        self
    }

    /// The longest delay after the first pass over all servers, and the longest one in the end. Default: 100 ms and 4 s.
    pub const fn delay(mut self, first: Duration, max: Duration) -> Self {
        self.backoff = Backoff::new(first, max);
        self
    }

    /// Asks `delay` how long to wait instead, after each pass over all servers, with the number of passes since the last
    /// success, from 1. Default: none.
    ///
    /// It is called outside of the client's actors and should not block. When it panics, the default delay is taken.
    pub fn delay_with(mut self, delay: impl Fn(u32) -> Duration + Send + Sync + 'static) -> Self {
        self.delay = Some(Callback::new(Arc::new(delay)));
        self
    }

    /// Asks `select` before each attempt which server to try and when, also before the first one. Default: none.
    ///
    /// With `None`, or when it panics, the pool decides as it does without. A server that is not in the pool is refused
    /// with [`Event::ServerNotInPool`](crate::Event::ServerNotInPool), and the pool decides. It is called outside of the
    /// client's actors and should not block.
    pub fn select_server(
        mut self,
        select: impl Fn(&ServerCandidates<'_>) -> Option<ServerChoice> + Send + Sync + 'static,
    ) -> Self {
        self.select = Some(Callback::new(Arc::new(select)));
        self
    }

    /// Goes on when a server refuses the login twice in a row for the same reason. Default: the client closes then, with
    /// the refusal as the reason. A client that asks for its credentials at each attempt, from files or a provider, goes on
    /// in any case: they may be others next time.
    pub const fn ignore_auth_errors(mut self) -> Self {
        self.ignore_auth_errors = true;
        self
    }

    /// Whether a lost connection is made again at all.
    pub(crate) const fn is_on(&self) -> bool {
        !matches!(self.max_reconnects, Some(0))
    }

    /// After how many failures in a row a server leaves.
    pub(crate) fn max_failures(&self) -> Option<u32> {
        self.max_reconnects.filter(|max| *max > 0)
    }

    pub(crate) const fn stops_at_refusals(&self) -> bool {
        !self.ignore_auth_errors
    }

    /// The delay after `passes` passes over all servers; 0 is for the lost server, when there is no other.
    pub(crate) fn delay_after(&self, passes: u32, random: f64) -> Duration {
        if let Some(delay) = &self.delay {
            if passes == 0 {
                return Duration::ZERO;
            }
            if let Some(delay) = delay.call("delay_with", |delay| delay(passes)) {
                return delay;
            }
        }
        self.backoff.delay(passes.saturating_sub(1), random)
    }

    /// What the user wants to try, if there is a wish.
    pub(crate) fn select(&self, candidates: &ServerCandidates<'_>) -> Option<ServerChoice> {
        self.select.as_ref()?.call("select_server", |select| select(candidates)).flatten()
    }

    pub(crate) const fn selects(&self) -> bool {
        self.select.is_some()
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

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A40-20, A40-23, CON-14
    #[test]
    fn delays_are_drawn_or_asked_for() {
        let drawn = ReconnectPolicy::new();
        let millis = |passes| drawn.delay_after(passes, 0.5).as_millis();
        assert_eq!([0, 1, 2, 3, 99].map(millis), [50, 50, 75, 112, 2000]);

        let asked = drawn.delay_with(|passes| Duration::from_secs(passes.into()));
        assert_eq!([0, 1, 2].map(|passes| asked.delay_after(passes, 0.5).as_secs()), [0, 1, 2]);
    }

    // spec: CON-09, CON-10
    #[test]
    fn zero_means_never_and_nothing_means_for_ever() {
        assert!(!ReconnectPolicy::never().is_on());
        assert_eq!(ReconnectPolicy::never().max_failures(), None);
        let default = ReconnectPolicy::new();
        assert!(default.is_on() && default.max_failures().is_none());
        assert_eq!(default.max_reconnects(3).max_failures(), Some(3));
    }
}
