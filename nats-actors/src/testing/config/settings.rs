//! The settings of a server, each a method.

use std::path::PathBuf;
use std::time::Duration;

use super::user::{self, User};
use crate::testing::error::ServerError;
use crate::testing::server::Server;

/// The configuration of a [`Server`] or of each server of a [`Cluster`](crate::testing::Cluster).
///
/// The defaults are the server's own: no JetStream, no authorization, no TLS. Ports, directories
/// and the monitoring endpoint are always the fixture's business.
///
/// Credentials given here are those of a test: `Debug` prints them.
///
/// ```no_run
/// # async fn example() -> Result<(), nats_actors::testing::ServerError> {
/// use std::time::Duration;
/// use nats_actors::testing::{ServerConfig, User};
///
/// let reader = User::new("ann", "s3cret").deny_publish(">").allow_subscribe("orders.>");
/// let server = ServerConfig::new()
///     .jetstream()
///     .user(reader)
///     .max_payload(64 * 1024)
///     .ping(Duration::from_secs(1), 2)
///     .start()
///     .await?;
/// # drop(server);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a configuration does nothing until started"]
pub struct ServerConfig {
    pub(super) name: Option<String>,
    pub(super) jetstream: bool,
    pub(super) token: Option<String>,
    pub(super) users: Vec<User>,
    pub(super) tls: Option<Tls>,
    pub(super) tls_first: bool,
    pub(super) websocket: Option<WebSocket>,
    pub(super) max_payload: Option<usize>,
    pub(super) ping: Option<(Duration, u32)>,
    pub(super) lame_duck: Option<(Duration, Duration)>,
    pub(super) client_advertise: Option<String>,
    pub(super) no_advertise: bool,
    pub(super) verbosity: Verbosity,
    pub(super) extra: String,
}

#[derive(Clone, Debug)]
pub(super) struct Tls {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    pub(super) client_ca: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub(super) enum WebSocket {
    Clear,
    Tls(Tls),
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Verbosity {
    #[default]
    Notices,
    Debug,
    Trace,
}

impl ServerConfig {
    /// The server's own defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a server with this configuration.
    ///
    /// # Errors
    ///
    /// See [`Server::start`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills a half-started server.
    pub async fn start(self) -> Result<Server, ServerError> {
        Server::with(self).await
    }

    /// The server's name in INFO. Default: one that the server makes up; in a cluster `n1`, `n2`, ….
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Turns JetStream on, stored in the server's own directory, which survives a restart. Default:
    /// off.
    pub fn jetstream(mut self) -> Self {
        self.jetstream = true;
        self
    }

    /// Clients must send this token. Default: none is asked for.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Adds a user; from the first one on, clients must authenticate as one of them. Default: no
    /// users, and nobody has to.
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Serves TLS with this certificate chain and key, both PEM files. Default: no TLS.
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        let (certificate, key) = (certificate.into(), key.into());
        self.tls = Some(Tls { certificate, key, client_ca: None });
        self
    }

    /// Demands a client certificate that this authority (a PEM file) has signed. Call after
    /// [`tls`](Self::tls): without a server certificate there is nothing to verify over. Default:
    /// none is asked for.
    pub fn tls_verify(mut self, authority: impl Into<PathBuf>) -> Self {
        if let Some(tls) = &mut self.tls {
            tls.client_ca = Some(authority.into());
        }
        self
    }

    /// Expects the TLS handshake before INFO. Default: after it.
    pub fn tls_first(mut self) -> Self {
        self.tls_first = true;
        self
    }

    /// Also listens for WebSocket clients, without TLS: [`Server::websocket_url`]. Default: no
    /// WebSocket.
    pub fn websocket(mut self) -> Self {
        self.websocket = Some(WebSocket::Clear);
        self
    }

    /// Also listens for WebSocket clients, with TLS by this certificate chain and key, both PEM
    /// files: [`Server::websocket_url`]. Default: no WebSocket.
    pub fn websocket_tls(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        let (certificate, key) = (certificate.into(), key.into());
        self.websocket = Some(WebSocket::Tls(Tls { certificate, key, client_ca: None }));
        self
    }

    /// The largest payload in bytes. Default: the server's, 1 MiB.
    pub fn max_payload(mut self, bytes: usize) -> Self {
        self.max_payload = Some(bytes);
        self
    }

    /// How often the server pings a quiet client, and how many PONGs it may miss before the server
    /// calls it stale. Default: the server's, two minutes and two.
    pub fn ping(mut self, interval: Duration, max_out: u32) -> Self {
        self.ping = Some((interval, max_out));
        self
    }

    /// How long lame duck mode spreads the disconnections over (the server takes no less than 30
    /// seconds; a few clients take one second each) and how long it waits before the first.
    /// Default: the server's, 2 minutes and 10 seconds.
    pub fn lame_duck(mut self, duration: Duration, grace_period: Duration) -> Self {
        self.lame_duck = Some((duration, grace_period));
        self
    }

    /// The `host:port` that INFO tells clients to come back to, such as that of a proxy.
    /// Default: the server's own.
    pub fn client_advertise(mut self, address: impl Into<String>) -> Self {
        self.client_advertise = Some(address.into());
        self
    }

    /// Keeps the addresses of the other servers of a cluster out of INFO. Default: they are in it.
    pub fn no_advertise(mut self) -> Self {
        self.no_advertise = true;
        self
    }

    /// Logs debug lines too. Default: notices only.
    pub fn debug(mut self) -> Self {
        self.verbosity = Verbosity::Debug;
        self
    }

    /// Logs debug lines and every protocol line. Default: notices only.
    pub fn trace(mut self) -> Self {
        self.verbosity = Verbosity::Trace;
        self
    }

    /// Adds text in the server's configuration language, for all that has no method here. May be
    /// called again; the texts follow one another. Default: none.
    pub fn extra(mut self, text: impl AsRef<str>) -> Self {
        self.extra.push_str(text.as_ref());
        self.extra.push('\n');
        self
    }

    pub(in crate::testing) fn is_named(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    pub(in crate::testing) fn has_jetstream(&self) -> bool {
        self.jetstream
    }

    pub(in crate::testing) fn greets_in_clear(&self) -> bool {
        !self.tls_first
    }

    /// What goes before the `@` of a client URL: the token, or the first user with a password.
    pub(in crate::testing) fn userinfo(&self) -> Option<String> {
        let token = self.token.as_deref().map(user::percent_encoded);
        token.or_else(|| self.users.iter().find_map(User::userinfo))
    }

    pub(in crate::testing) fn websocket_scheme(&self) -> &'static str {
        if matches!(self.websocket, Some(WebSocket::Tls(_))) { "wss" } else { "ws" }
    }

    pub(in crate::testing) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "tls" } else { "nats" }
    }
}
