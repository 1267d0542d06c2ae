//! Consumers as running pipelines, against a real server.

mod dead_letters;
mod exclusive;
mod kit;
mod lame_duck;
mod leases;
mod order;
mod out;
mod pausing;
mod provisioning;
mod retries;
mod stopping;
