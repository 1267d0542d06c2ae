//! How to connect, and every bound that a connection has.

mod callback;
mod connect_options;
mod handover;
#[cfg(feature = "nkeys")]
mod key_login;
mod lifecycle;
mod login;
mod messaging;
mod propagation;
mod reconnect;
mod scheme;
mod select_server;
mod server_addr;
mod servers;
mod transport;

pub use self::connect_options::ConnectOptions;
pub use self::handover::HandoverPolicy;
pub use self::lifecycle::BufferOverflow;
pub use self::reconnect::{InitialConnect, ReconnectPolicy};
pub use self::scheme::Scheme;
pub use self::select_server::{ServerCandidates, ServerChoice};
pub use self::server_addr::ServerAddr;
pub use self::servers::IntoServers;
pub(crate) use self::servers::alike;
pub(crate) use self::transport::ByteStream;
pub use self::transport::Connector;
#[cfg(feature = "tls")]
pub(crate) use self::transport::TlsOptions;
