//! The libraries. Each has the same rooms: `publish`, `receive`, `request` and more,
//! and `measure`, which chooses among them.

pub(crate) mod async_nats;
pub(crate) mod nats_actors;
mod outage;
pub(crate) mod raw;
mod timeouts;
