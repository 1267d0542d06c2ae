//! Logging in to a real server, in every way.

mod contexts;
mod expiry;
mod flaws;
mod kit;
mod renewal;
mod secrecy;
mod ways;
