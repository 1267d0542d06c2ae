//! A consumer at work: a pump pulls, shards run handlers, a keeper renews leases, and every delivery is settled once.
//!
//! The parts up to the pump know JetStream only by [`port`].

mod attempt;
mod dispatch;
mod excused;
mod job;
mod leases;
mod pipeline;
pub(crate) mod port;
mod pump;
mod settle;
mod shard;
#[cfg(test)]
mod tests;
