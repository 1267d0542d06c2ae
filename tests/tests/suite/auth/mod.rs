//! Logging in to a real server, in every way.

mod kit;
mod ways;
