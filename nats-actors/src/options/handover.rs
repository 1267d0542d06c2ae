//! When to leave a server before it leaves us.

use std::time::Duration;

use super::connect_options::ConnectOptions;

/// How a client moves to another server while the present one still serves.
///
/// A server that is about to shut down says so (lame duck mode), by default 10 s before it closes the first connection.
/// The client then connects to another server, announces its subscriptions there, lets publishes go on there once the old
/// server has confirmed what it was sent, and leaves the old server when the others have learnt of the change. No request
/// fails by it, no publish is in doubt, and a message that both servers deliver is delivered once.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::{ConnectOptions, HandoverPolicy};
///
/// let options = ConnectOptions::new().handover(HandoverPolicy::new().delay(Duration::from_secs(3)));
/// # drop(options);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct HandoverPolicy {
    pub(crate) on_lame_duck: bool,
    pub(crate) delay: Duration,
    pub(crate) overlap: Duration,
}

impl HandoverPolicy {
    /// Moves after at most 1 s, and listens to both servers for 1 s.
    pub const fn new() -> Self {
        Self { on_lame_duck: true, delay: Duration::from_secs(1), overlap: Duration::from_secs(1) }
    }

    /// Stays with a server in lame duck mode until it closes the connection, then reconnects. Default: it moves.
    pub const fn stay(mut self) -> Self {
        self.on_lame_duck = false;
        self
    }

    /// The longest wait before a move: each client draws its own, so that not all of a server's clients move at once.
    /// Default: 1 s.
    pub const fn delay(mut self, max: Duration) -> Self {
        self.delay = max;
        self
    }

    /// How long both servers deliver. Default: 1 s.
    ///
    /// Within the first half of it every server of the system must have learnt of the subscriptions on the new
    /// connection, or messages may be missed; in the second half it must have delivered what it had to, or messages may
    /// be seen twice. A client [without echo](ConnectOptions::no_echo) publishes nothing meanwhile, and takes at most 0.3 s: a
    /// request waits so long. Take more for servers with slow links between them, and less than the server's grace period.
    pub const fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap;
        self
    }
}

impl Default for HandoverPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl ConnectOptions {
    /// How the client moves away from a server that is about to shut down. Default: [`HandoverPolicy::new`].
    pub const fn handover(mut self, policy: HandoverPolicy) -> Self {
        self.handover = policy;
        self
    }
}
