//! How TLS is used.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ClientConfig;

use crate::options::ConnectOptions;

#[derive(Clone, Debug, Default)]
pub(crate) struct TlsOptions {
    pub(crate) required: bool,
    pub(crate) first: bool,
    pub(crate) server_name: Option<String>,
    pub(crate) authorities: Vec<PathBuf>,
    pub(crate) client: Option<ClientCertificate>,
    pub(crate) unverified: bool,
    pub(crate) config: Option<Arc<ClientConfig>>,
}

/// Where the certificate of the client and its key are.
#[derive(Clone, Debug)]
pub(crate) struct ClientCertificate {
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

impl ConnectOptions {
    /// Never connects without TLS. Default: TLS if the scheme is `tls` or `wss`, or if the server demands it.
    ///
    /// A server that has no TLS gets no login: the attempt fails at [`ConnectStage::Tls`](crate::ConnectStage::Tls)
    /// before anything is sent. A client that has had TLS once behaves like this from then on, whatever a later server
    /// says. The option does not go with `ws`, whose TLS is `wss`: [`connect`](Self::connect) fails with
    /// [`BadOptions`](crate::ErrorKind::BadOptions).
    ///
    /// ```no_run
    /// use nats_actors::ConnectOptions;
    ///
    /// # async fn example() -> Result<(), nats_actors::Error> {
    /// let client = ConnectOptions::new()
    ///     .require_tls()
    ///     .tls_authorities("ca.pem")
    ///     .tls_client_certificate("client.pem", "client-key.pem")
    ///     .connect("nats://localhost:4222")
    ///     .await?;
    /// let tls = client.tls_state().expect("there is TLS");
    /// println!("{} with {}", tls.version(), tls.cipher_suite());
    /// # Ok(())
    /// # }
    /// ```
    pub const fn require_tls(mut self) -> Self {
        self.transport.tls.required = true;
        self
    }

    /// Begins with TLS and reads the server's INFO within, for servers with `handshake_first`. Default: INFO first.
    ///
    /// It implies [`require_tls`](Self::require_tls).
    pub const fn tls_first(mut self) -> Self {
        self.transport.tls.required = true;
        self.transport.tls.first = true;
        self
    }

    /// The name that the certificate of every server must have, also sent to the server (SNI). Default: the host of the
    /// address; for an IP address that a server told about, the name by which that server was reached.
    pub fn tls_server_name(mut self, name: impl Into<String>) -> Self {
        self.transport.tls.server_name = Some(name.into());
        self
    }

    /// Trusts the authorities in this PEM file, and no others but those of further calls. Default: those that the system
    /// trusts.
    ///
    /// A certificate in the file that cannot be used is logged and left out; a file without a usable one is an error. The
    /// file is read at each dial, so that it may change.
    pub fn tls_authorities(mut self, file: impl Into<PathBuf>) -> Self {
        self.transport.tls.authorities.push(file.into());
        self
    }

    /// Presents this certificate (a PEM file with the certificate and those that lead to its authority) and its key (a
    /// PEM file). Default: none.
    ///
    /// Both are read at each dial: a renewed certificate is used from the next connection on.
    pub fn tls_client_certificate(
        mut self,
        chain: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        let (chain, key) = (chain.into(), key.into());
        self.transport.tls.client = Some(ClientCertificate { chain, key });
        self
    }

    /// Accepts **every** certificate: whoever is in between can read and change everything, and log in as this client.
    /// For tests. Default: certificates are verified.
    ///
    /// Each client that does so logs a warning.
    pub const fn danger_accept_any_certificate(mut self) -> Self {
        self.transport.tls.unverified = true;
        self
    }

    /// Uses a configuration of rustls as it is, with the ciphers, versions and verification that it says. Default: TLS
    /// 1.2 and 1.3 by `ring`, with the certificates of the other options.
    ///
    /// [`connect`](Self::connect) fails with [`BadOptions`](crate::ErrorKind::BadOptions) if one of those is given, too.
    pub fn tls_config(mut self, config: impl Into<Arc<ClientConfig>>) -> Self {
        self.transport.tls.config = Some(config.into());
        self
    }
}
