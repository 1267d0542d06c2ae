//! Logging in to a real server, in every way.

mod expiry;
mod flaws;
mod kit;
mod renewal;
mod ways;
