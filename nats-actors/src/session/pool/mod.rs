//! The servers to try.

mod server;
mod servers;
#[cfg(test)]
mod tests;

pub use self::server::PoolServer;
pub use self::servers::{PoolChange, ServerPool};
