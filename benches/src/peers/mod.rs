//! The other end of a scenario: raw sockets in processes of their own, whose CPU is not counted.

mod alternate;
mod deaf;
mod echo;
mod feed;

pub(crate) use alternate::{PAIRS, alternate};
pub(crate) use deaf::deaf;
pub(crate) use echo::echo;
pub(crate) use feed::feed;

/// The line that a peer prints once it is in place.
pub(crate) const READY: &str = "ready";
