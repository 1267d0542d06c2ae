//! What TLS was agreed on.

use std::fmt;

/// The TLS of a connection: what both sides agreed on, and who the server has shown to be.
#[derive(Clone, PartialEq, Eq)]
pub struct TlsState {
    version: &'static str,
    cipher_suite: String,
    server_name: String,
    peer_certificates: Vec<Vec<u8>>,
    resumed: bool,
}

impl TlsState {
    /// `TLS 1.3` or `TLS 1.2`.
    #[must_use]
    pub const fn version(&self) -> &str {
        self.version
    }

    /// The cipher suite by its registered name, such as `TLS13_AES_256_GCM_SHA384`.
    #[must_use]
    pub fn cipher_suite(&self) -> &str {
        &self.cipher_suite
    }

    /// The name that the server's certificate was verified against.
    #[must_use]
    pub fn server_name(&self) -> &str {
        &self.server_name
    }

    /// The certificates that the server presented, its own first, each in DER.
    pub fn peer_certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.peer_certificates.iter().map(Vec::as_slice)
    }

    /// Whether an earlier session was continued, which saves a signature on both sides.
    #[must_use]
    pub const fn is_resumed(&self) -> bool {
        self.resumed
    }

    #[cfg(feature = "tls")]
    pub(super) fn of(connection: &rustls::ClientConnection, server_name: &str) -> Self {
        use rustls::{HandshakeKind, ProtocolVersion};
        let version = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
            _ => "unknown",
        };
        let suite = connection.negotiated_cipher_suite();
        let certificates = connection.peer_certificates().unwrap_or_default();
        Self {
            version,
            cipher_suite: suite.map(|suite| format!("{:?}", suite.suite())).unwrap_or_default(),
            server_name: server_name.to_owned(),
            peer_certificates: certificates.iter().map(|der| der.to_vec()).collect(),
            resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        }
    }
}

impl fmt::Debug for TlsState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, cipher_suite, server_name, peer_certificates, resumed } = self;
        f.debug_struct("TlsState")
            .field("version", version)
            .field("cipher_suite", cipher_suite)
            .field("server_name", server_name)
            .field("peer_certificates", &peer_certificates.len())
            .field("resumed", resumed)
            .finish()
    }
}
