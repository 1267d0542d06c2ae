//! The options of all layers below the protocol.

use super::connector::CustomConnector;
use super::tcp::TcpOptions;
#[cfg(feature = "tls")]
use super::tls::TlsOptions;
#[cfg(feature = "websocket")]
use super::websocket::WebSocketOptions;
#[cfg(feature = "proxy")]
use crate::auth::Secret;

/// Everything below the protocol.
#[derive(Clone, Debug, Default)]
pub(crate) struct TransportOptions {
    pub(crate) tcp: TcpOptions,
    #[cfg(feature = "tls")]
    pub(crate) tls: TlsOptions,
    #[cfg(feature = "websocket")]
    pub(crate) websocket: WebSocketOptions,
    /// As it was given: it is read when a client is made, where there is somebody to tell.
    #[cfg(feature = "proxy")]
    pub(crate) proxy: Option<Secret>,
    pub(crate) connector: Option<CustomConnector>,
}

impl TransportOptions {
    /// Whether no connection may be without TLS.
    pub(crate) const fn requires_tls(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.required;
        #[cfg(not(feature = "tls"))]
        return false;
    }

    /// Whether TLS comes before the server's INFO.
    pub(crate) const fn begins_with_tls(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.first;
        #[cfg(not(feature = "tls"))]
        return false;
    }
}
