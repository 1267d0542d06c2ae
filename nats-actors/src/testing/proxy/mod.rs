//! A TCP proxy that behaves like a bad network.

mod controls;
mod frames;
mod handle;
mod lane;
mod link;

pub use controls::Direction;
pub use handle::Proxy;
