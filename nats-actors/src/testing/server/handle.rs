//! The server as a test holds it: where it is and what it says.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::home::Home;
use super::launch::launch;
use super::process::Process;
use crate::testing::config::{Place, Ports, Seat, ServerConfig};
use crate::testing::error::{ServerError, ServerErrorKind};

/// A real nats-server that belongs to this value.
///
/// It listens on free ports of 127.0.0.1 and keeps its configuration, log and JetStream store in a
/// directory of its own. The ports stay the same over restarts. Dropping the value kills the
/// process, waits until it is gone and removes the directory; when the thread is panicking, the
/// directory stays, and its path and the end of the log go to stderr. A shell that holds the other
/// end of a pipe kills the server should the whole test process die.
///
/// All methods take `&self`, so that a test can share it. Starting costs about 100 ms and makes one
/// client connection, which `varz` counts in `total_connections` and which is gone when it is up.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use nats_actors::Client;
/// use nats_actors::testing::{Server, User};
///
/// let ann = User::new("ann", "s3cret").allow_publish("orders.>");
/// let server = Server::builder().jetstream().user(ann).start().await?;
/// let client = Client::connect(server.client_url()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    // Declared, and so dropped, before the directory that the process writes to.
    state: Mutex<State>,
    pub(super) home: Home,
    ports: Ports,
    seat: Option<Seat>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) config: ServerConfig,
    /// As the running process was told, whether by number or as "any free port": the server
    /// refuses to reload a configuration that says it otherwise.
    pub(super) place: Place,
    pub(super) process: Option<Process>,
}

impl Server {
    /// Starts a server with the defaults of [`ServerConfig`] and waits until it greets clients.
    ///
    /// # Errors
    ///
    /// [`NoBinary`](ServerErrorKind::NoBinary) if there is no nats-server and none can be
    /// installed; [`Exited`](ServerErrorKind::Exited) if it refuses its configuration, with what it
    /// logged; [`TimedOut`](ServerErrorKind::TimedOut) if it is not there after 30 seconds;
    /// [`System`](ServerErrorKind::System) if a file or a process cannot be made.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills a half-started server.
    pub async fn start() -> Result<Self, ServerError> {
        Self::with(ServerConfig::new()).await
    }

    /// The configuration to start a server with: `Server::builder().jetstream().start().await`.
    pub fn builder() -> ServerConfig {
        ServerConfig::new()
    }

    /// Starts a server with a configuration and waits until it greets clients.
    ///
    /// # Errors
    ///
    /// See [`start`](Self::start).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills a half-started server.
    pub async fn with(config: ServerConfig) -> Result<Self, ServerError> {
        Self::seated(config, None).await
    }

    /// The address clients connect to.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.ports.client))
    }

    /// The port clients connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.ports.client
    }

    /// The URL without credentials: `nats://127.0.0.1:port`, or `tls://…` with TLS.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.state().config.scheme(), self.addr())
    }

    /// The URL with the token, or with name and password of the first user that has one.
    #[must_use]
    pub fn client_url(&self) -> String {
        let state = self.state();
        let scheme = state.config.scheme();
        match state.config.userinfo() {
            Some(userinfo) => format!("{scheme}://{userinfo}@{}", self.addr()),
            None => format!("{scheme}://{}", self.addr()),
        }
    }

    /// `ws://127.0.0.1:port`, or `wss://…` with TLS, if the configuration asks for WebSocket.
    #[must_use]
    pub fn websocket_url(&self) -> Option<String> {
        let port = self.ports.websocket;
        (port != 0).then(|| {
            format!("{}://{}:{port}", self.state().config.websocket_scheme(), Ipv4Addr::LOCALHOST)
        })
    }

    /// The port of the monitoring endpoint.
    #[must_use]
    pub fn monitoring_port(&self) -> u16 {
        self.ports.monitoring
    }

    /// The process, or `None` when it was stopped or has ended by itself.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        let mut state = self.state();
        let process = state.process.as_mut()?;
        process.exited().is_none().then(|| process.pid())
    }

    /// Whether the process is there; a paused one is.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.pid().is_some()
    }

    /// Everything the server has logged, over all its restarts.
    #[must_use]
    pub fn log(&self) -> String {
        self.home.log()
    }

    /// The directory of this server, removed with it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.home.path()
    }

    pub(in crate::testing) async fn seated(
        config: ServerConfig,
        seat: Option<Seat>,
    ) -> Result<Self, ServerError> {
        let made = Home::new();
        let home = made.map_err(|error| ServerError::system("no directory for a server", error))?;
        let place = Place { ports: Ports::default(), store: home.store(), cluster: seat.clone() };
        let (process, ports) = launch(&home, &config, &place).await?;
        let state = Mutex::new(State { config, place, process: Some(process) });
        Ok(Self { state, home, ports, seat })
    }

    pub(in crate::testing) fn is_named(&self, name: &str) -> bool {
        self.state().config.is_named(name)
    }

    /// Where this server comes back to after a restart.
    pub(super) fn place(&self) -> Place {
        Place { ports: self.ports, store: self.home.store(), cluster: self.seat.clone() }
    }

    /// No method leaves the state half changed, so that a poisoned lock is as good as any.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::testing) fn fail(&self, kind: ServerErrorKind, what: &str) -> ServerError {
        ServerError::new(kind, format!("nats-server at {} {what}", self.addr()))
            .with_log(self.home.log_tail())
    }
}
