//! Logging in to a real server, in every way.

mod callout;
mod contexts;
mod expiry;
mod flaws;
mod kit;
mod refusals;
mod renewal;
mod secrecy;
mod ways;
