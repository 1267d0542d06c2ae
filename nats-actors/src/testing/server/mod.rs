//! One nats-server process that belongs to a test.

mod control;
mod handle;
mod home;
mod launch;
mod monitor;
mod process;

pub use handle::Server;
