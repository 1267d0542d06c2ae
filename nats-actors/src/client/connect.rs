//! Connecting.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use super::handle::Client;
use crate::connection::ConnectionHandle;
use crate::error::Error;
use crate::options::{ConnectOptions, IntoServers, ServerAddr};

/// A connection about to be made; `.await` makes it.
///
/// # Errors
///
/// [`BadOptions`](crate::ErrorKind::BadOptions) for an address or an option that cannot be used,
/// [`Unauthorized`](crate::ErrorKind::Unauthorized), or [`Connect`](crate::ErrorKind::Connect) with the stage at which
/// the last attempt failed; [`Protocol`](crate::ErrorKind::Protocol) if the peer is no NATS server. With
/// [`InitialConnect::WaitFor`](crate::InitialConnect::WaitFor) also [`TimedOut`](crate::ErrorKind::TimedOut), whose
/// source is the last failure. When several servers fail, a refused login is told before all else.
///
/// # Cancel safety
///
/// Dropping the future ends the attempt.
///
/// ```no_run
/// use std::time::Duration;
/// use nats_actors::{ConnectOptions, Error, ErrorKind, InitialConnect};
///
/// # async fn example() -> Result<(), Error> {
/// let patient = ConnectOptions::new().initial_connect(InitialConnect::WaitFor(Duration::from_secs(60)));
/// match patient.connect(["nats://a:4222", "nats://b:4222"]).await {
///     Ok(client) => println!("{:?}", client.connected_server()),
///     Err(error) if error.kind() == ErrorKind::Unauthorized => println!("not let in: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing connects until this is awaited"]
pub struct Connect {
    options: ConnectOptions,
    servers: Result<Vec<ServerAddr>, Error>,
}

impl ConnectOptions {
    /// Connects to one of `servers`: an address, a text with several addresses and commas, or a list; see [`Connect`].
    pub fn connect(self, servers: impl IntoServers) -> Connect {
        Connect { options: self, servers: servers.into_servers() }
    }
}

impl Connect {
    /// The same with other options.
    #[cfg(feature = "app")]
    pub(crate) fn adapted(self, adapt: impl FnOnce(ConnectOptions) -> ConnectOptions) -> Self {
        Self { options: adapt(self.options), servers: self.servers }
    }
}

impl IntoFuture for Connect {
    type Output = Result<Client, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let connection = ConnectionHandle::open(self.options, self.servers?).await?;
            Ok(Client::from_connection(Arc::new(connection)))
        })
    }
}
