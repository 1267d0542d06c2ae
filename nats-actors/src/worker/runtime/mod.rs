//! A consumer at work: a pump pulls, shards run handlers, a keeper renews leases, and every delivery is settled once.
//!
//! The parts up to the pump know JetStream only by [`port`].

mod actor;
mod attempt;
mod dispatch;
mod excused;
mod jetstream;
mod job;
mod leases;
mod pipeline;
pub(crate) mod port;
mod provisioner;
mod pump;
mod settle;
mod shard;
pub(crate) mod start;
mod traced;
pub(crate) use actor::ConsumerMsg;

#[cfg(test)]
mod tests;
