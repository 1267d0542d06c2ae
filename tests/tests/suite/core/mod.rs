//! The core client against a real server.

mod durations;
mod handover;
pub(crate) mod kit;
mod loss;
mod messages;
mod over;
mod poison;
mod reconnect;
mod requests;
mod stalled_peer;
