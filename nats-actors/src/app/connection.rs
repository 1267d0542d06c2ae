//! Where an application connects to.

use crate::client::Connect;
use crate::error::Error;
use crate::options::{ConnectOptions, IntoServers, ServerAddr};

/// The environment variable that is read when an application names no servers.
const URL: &str = "NATS_URL";

const DEFAULT_SERVER: &str = "nats://localhost:4222";

/// What an application can connect to: the addresses of servers, or a [`Connect`] with options of its own.
pub trait IntoConnect {
    /// The connection, which is not made yet. `name` is for the server's monitoring, unless the options have a name.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](crate::ErrorKind::BadOptions) for an address that cannot be read.
    fn into_connect(self, name: &str) -> Result<Connect, Error>;
}

impl IntoConnect for Connect {
    fn into_connect(self, _: &str) -> Result<Connect, Error> {
        Ok(self)
    }
}

impl<S: IntoServers> IntoConnect for S {
    fn into_connect(self, name: &str) -> Result<Connect, Error> {
        let servers = Parsed(self.into_servers()?);
        Ok(ConnectOptions::new().name(name).connect(servers))
    }
}

/// The servers of the environment, or the one on this machine.
pub(super) fn default_connect(name: &str) -> Result<Connect, Error> {
    let url = std::env::var(URL).unwrap_or_else(|_| DEFAULT_SERVER.to_owned());
    url.into_connect(name)
}

struct Parsed(Vec<ServerAddr>);

impl IntoServers for Parsed {
    fn into_servers(self) -> Result<Vec<ServerAddr>, Error> {
        Ok(self.0)
    }
}
