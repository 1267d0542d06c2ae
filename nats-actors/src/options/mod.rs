//! How to connect, and every bound that a connection has.

mod callback;
mod connect_options;
mod lifecycle;
mod reconnect;
mod select_server;
mod server_addr;

pub use self::connect_options::ConnectOptions;
pub use self::lifecycle::BufferOverflow;
pub use self::reconnect::{InitialConnect, ReconnectPolicy};
pub use self::select_server::{ServerCandidates, ServerChoice};
pub use self::server_addr::{IntoServers, ServerAddr};
