//! How the bytes of a connection travel.

mod connector;
mod layers;
#[cfg(feature = "proxy")]
mod proxy;
mod tcp;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "websocket")]
mod websocket;

pub(crate) use self::connector::ByteStream;
pub use self::connector::Connector;
pub(crate) use self::layers::TransportOptions;
#[cfg(feature = "tls")]
pub(crate) use self::tls::TlsOptions;
