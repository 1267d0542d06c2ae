//! Who decides which server is tried next.

use std::time::Duration;

use super::server_addr::ServerAddr;
use crate::protocol::ServerInfo;
use crate::session::PoolServer;

pub(super) type SelectServer = dyn Fn(&ServerCandidates<'_>) -> Option<ServerChoice> + Send + Sync;

/// What there is to choose from, for [`select_server`](super::ReconnectPolicy::select_server).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ServerCandidates<'a> {
    /// The pool, in the order of this pass.
    pub servers: &'a [PoolServer<ServerAddr>],
    /// What the last server told about itself; all defaults before the first connection.
    pub info: &'a ServerInfo,
}

impl<'a> ServerCandidates<'a> {
    pub(crate) const fn new(servers: &'a [PoolServer<ServerAddr>], info: &'a ServerInfo) -> Self {
        Self { servers, info }
    }
}

/// The server to try next, and when.
///
/// ```
/// use std::time::Duration;
/// use nats_actors::{ReconnectPolicy, ServerChoice};
///
/// // Whichever is on this machine, half a second after each failure; else as ever.
/// let policy = ReconnectPolicy::new().select_server(|candidates| {
///     let near = candidates.servers.iter().find(|server| server.address.host() == "localhost")?;
///     Some(ServerChoice::new(near.address.clone()).after(Duration::from_millis(500)))
/// });
/// # drop(policy);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ServerChoice {
    pub(crate) server: ServerAddr,
    pub(crate) delay: Duration,
}

impl ServerChoice {
    /// Tries `server`, which must be in the pool, at once. Whoever chooses a server that fails again and again sets the
    /// pace by [`after`](Self::after): the delays of the policy are not added.
    pub const fn new(server: ServerAddr) -> Self {
        Self { server, delay: Duration::ZERO }
    }

    /// Tries it so much later. Default: at once.
    pub const fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
