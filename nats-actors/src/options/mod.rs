//! How to connect, and every bound that a connection has.

mod connect_options;
mod handover;
mod reconnect;
mod server_addr;

pub use self::connect_options::ConnectOptions;
pub use self::handover::HandoverPolicy;
pub use self::reconnect::{InitialConnect, ReconnectPolicy};
pub use self::server_addr::{IntoServers, ServerAddr};
