//! What a user may ask a connection about its servers.

use std::sync::atomic::Ordering;

use super::life::ConnectedServer;
use super::lock::lock;
use super::reason::Failure;
use super::shared::Shared;
use crate::options::ServerAddr;
use crate::session::PoolServer;

impl Shared {
    pub(crate) fn connected_server(&self) -> Option<ConnectedServer> {
        self.life.server()
    }

    /// `None` before the first connection.
    pub(crate) fn max_payload(&self) -> Option<usize> {
        let connected = self.counters.connections.load(Ordering::Relaxed) > 0;
        connected.then(|| lock(&self.info).max_payload)
    }

    pub(crate) fn last_error(&self) -> Option<Failure> {
        self.life.last_error()
    }

    pub(crate) fn server_pool(&self) -> Vec<PoolServer<ServerAddr>> {
        lock(&self.pool).servers().cloned().collect()
    }

    pub(crate) fn set_server_pool(&self, servers: Vec<ServerAddr>) {
        lock(&self.pool).replace(servers);
    }
}
