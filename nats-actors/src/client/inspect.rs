//! Where a client stands, and what it is connected to.

use std::sync::Arc;

use super::handle::Client;
use crate::connection::{CloseReason, ConnectedServer, ConnectionState, Events, Failure};
use crate::connection::{StateWatch, Statistics, TlsState};
use crate::error::Error;
use crate::options::{IntoServers, ServerAddr};
use crate::protocol::ServerInfo;
use crate::session::PoolServer;

impl Client {
    /// What the server told about itself last, followed with every INFO; all defaults before the first connection.
    ///
    /// While there is no connection, it is what the last server told.
    #[must_use]
    pub fn server_info(&self) -> Arc<ServerInfo> {
        self.connection().shared().server_info()
    }

    /// The server that the client is connected to: its address and the socket's. `None` while there is none.
    #[must_use]
    pub fn connected_server(&self) -> Option<ConnectedServer> {
        self.connection().shared().connected_server()
    }

    /// What TLS was agreed on; none without TLS, or while there is no connection.
    #[must_use]
    pub fn tls_state(&self) -> Option<Arc<TlsState>> {
        self.connection().shared().tls_state()
    }

    /// The most bytes of headers and payload that the server takes in one message now; it may change at any time.
    /// `None` before the first connection.
    #[must_use]
    pub fn max_payload(&self) -> Option<usize> {
        self.connection().shared().max_payload()
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ConnectionState {
        *self.connection().shared().connection_state().borrow()
    }

    /// Follows where the connection stands: always the newest state, never a queue of them.
    #[must_use]
    pub fn watch_state(&self) -> StateWatch {
        StateWatch::new(self.connection().shared().connection_state())
    }

    /// Waits until the client is closed, by whomever, and says why it is.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait; the client stays open.
    pub async fn closed(&self) -> CloseReason {
        self.connection().closed().await
    }

    /// What happens to the connection from now on; see [`Events`].
    #[must_use]
    pub fn events(&self) -> Events {
        self.connection().shared().events.observe()
    }

    /// What went wrong last: a failed attempt to connect, a lost connection, or what the server complained about.
    /// `None` when nothing did since the last successful attempt.
    #[must_use]
    pub fn last_error(&self) -> Option<Failure> {
        self.connection().shared().last_error()
    }

    /// What went over the connection so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.connection().shared().statistics()
    }

    /// Every server that is known: those that were given, and those that servers told about.
    #[must_use]
    pub fn server_pool(&self) -> Vec<PoolServer<ServerAddr>> {
        self.connection().shared().server_pool()
    }

    /// Takes these servers instead of all that are known, from the next attempt to connect on.
    ///
    /// The present connection stays, also to a server that is not among them. What is known about servers that stay, such
    /// as their failures, is kept. Later INFOs add servers again, unless the options say
    /// [otherwise](crate::ConnectOptions::ignore_advertised_servers).
    ///
    /// # Errors
    ///
    /// [`BadOptions`](crate::ErrorKind::BadOptions) for an address that cannot be read, or if there is none; the pool is
    /// as it was then.
    pub fn set_server_pool(&self, servers: impl IntoServers) -> Result<(), Error> {
        let servers = servers.into_servers()?;
        self.connection().shared().set_server_pool(servers);
        Ok(())
    }
}
