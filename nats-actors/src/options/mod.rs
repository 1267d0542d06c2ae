//! How to connect, and every bound that a connection has.

mod connect_options;
#[cfg(feature = "nkeys")]
mod key_login;
mod login;
mod messaging;
mod reconnect;
mod server_addr;

pub use self::connect_options::ConnectOptions;
pub use self::reconnect::{InitialConnect, ReconnectPolicy};
pub use self::server_addr::{IntoServers, ServerAddr};
