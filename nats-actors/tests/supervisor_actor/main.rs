//! The supervisor's actor, with time that passes only when nothing else can happen.

#![cfg(feature = "client")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "helpers of tests"
)]

mod children;
mod drain;
mod kit;
mod nesting;
mod pitfalls;
mod random;
mod restart;
mod slot;
