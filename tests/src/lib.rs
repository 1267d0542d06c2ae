//! The harness that the suites share.
//!
//! [`soak`] harms clients and tells what was lost;
//! [`eventually`] and [`eventually_async`] wait for a condition with a deadline; [`RawClient`] is a
//! socket that speaks protocol lines, for tests in which the client under test must not take part;
//! [`echo`] is a handler that answers with what it was asked;
//! [`rolling`] replaces the servers of a cluster under load.
//! [`TunnelProxy`] is a proxy to go through.
//! The servers come from `nats_actors::testing`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a harness reports a failed expectation by panicking, as a test does"
)]

pub mod soak;

mod cancel;
mod echo;
mod eventually;
mod raw_client;
pub mod rolling;
mod tunnel;

pub use cancel::{Progress, drop_after, drop_at_each_poll};
pub use echo::echo;
pub use eventually::{eventually, eventually_async};
pub use raw_client::RawClient;
pub use tunnel::TunnelProxy;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

/// The examples of the client's guide compile.
#[cfg(doctest)]
#[doc = include_str!("../../docs/client.md")]
mod client_guide {}

/// The examples of the page about observing compile.
#[cfg(doctest)]
#[doc = include_str!("../../docs/observing.md")]
mod observing_page {}
