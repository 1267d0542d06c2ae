//! Where an application connects to.

use crate::client::Connect;
#[cfg(feature = "nkeys")]
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::jetstream::JetStream;
use crate::options::{ConnectOptions, IntoServers};

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
        Ok(ConnectOptions::new().name(name).connect(self.into_servers()?))
    }
}

/// What the user changes in the options of the connection.
pub(super) type Adapt = Box<dyn FnOnce(ConnectOptions) -> ConnectOptions + Send>;

/// Where an application connects to, and which JetStream it uses there.
pub(super) struct Place {
    connect: Connect,
    #[cfg(feature = "nkeys")]
    context: Context,
}

impl Place {
    /// Where the user says, with the JetStream of the server's own account.
    pub(super) fn given(connect: Connect) -> Self {
        Self {
            connect,
            #[cfg(feature = "nkeys")]
            context: Context::new(),
        }
    }

    /// Where the environment says, or on this machine.
    #[cfg(feature = "nkeys")]
    pub(super) async fn of_environment(name: &str) -> Result<Self, Error> {
        let reading = tokio::task::spawn_blocking(Context::from_environment).await;
        let failed = |error| Error::new(ErrorKind::BadOptions).because(error);
        let context = reading.map_err(failed)??.resolve().await?;
        let connect = context.options()?.name(name).connect(context.servers()?);
        Ok(Self { connect, context })
    }

    /// Where the environment says, or on this machine.
    #[cfg(not(feature = "nkeys"))]
    #[expect(clippy::unused_async, reason = "the twin with contexts waits")]
    pub(super) async fn of_environment(name: &str) -> Result<Self, Error> {
        let url = std::env::var("NATS_URL").ok().filter(|url| !url.is_empty());
        let url = url.as_deref().unwrap_or("nats://localhost:4222");
        url.into_connect(name).map(Self::given)
    }

    /// Connects; the client is in the JetStream.
    pub(super) async fn open(self, adapts: Vec<Adapt>) -> Result<JetStream, Error> {
        let adapt = |options| adapts.into_iter().fold(options, |options, adapt| adapt(options));
        let client = self.connect.adapted(adapt).await?;
        #[cfg(feature = "nkeys")]
        let jetstream = self.context.jetstream(&client);
        #[cfg(not(feature = "nkeys"))]
        let jetstream = Ok::<_, crate::jetstream::Error>(client.jetstream());
        jetstream.map_err(|error| Error::new(ErrorKind::BadOptions).because(error))
    }
}
