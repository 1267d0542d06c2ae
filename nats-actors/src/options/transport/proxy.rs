//! A proxy on the way to the servers.

use crate::auth::Secret;
use crate::options::ConnectOptions;

impl ConnectOptions {
    /// Reaches the servers through a proxy: `http://host:port` (HTTP CONNECT) or `socks5://host:port`. Default: none; no
    /// environment variable is read.
    ///
    /// A user and a password for the proxy may stand before an `@`, percent-encoded. The ports are 80 and 1080 if there
    /// are none. The names of the servers are resolved by the proxy. TLS and WebSocket go through the proxy to the
    /// server. [`connect`](Self::connect) fails with [`BadOptions`](crate::ErrorKind::BadOptions) if the address cannot
    /// be used, or if there is a [`connector`](Self::connector), too; a proxy that does not lead to the server fails the
    /// attempt at [`ConnectStage::Proxy`](crate::ConnectStage::Proxy).
    ///
    /// ```no_run
    /// use nats_actors::ConnectOptions;
    ///
    /// # async fn example() -> Result<(), nats_actors::Error> {
    /// let client = ConnectOptions::new()
    ///     .proxy("socks5://ann:s3cr3t@localhost:1080")
    ///     .connect("tls://nats.internal:4222")
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn proxy(mut self, address: impl Into<Secret>) -> Self {
        self.transport.proxy = Some(address.into());
        self
    }
}
