//! Scenarios of failure that run for as long as one likes: in `cargo test` for seconds, in the `soak` program for
//! minutes.
//!
//! Each [`Scenario`] does what its seed says to a server of its own and gives a [`Report`]: what it tried, what arrived,
//! what was lost and said so. A report with a fault is a defect of the client.

mod account;
mod churn;
mod drains;
mod drops;
mod effort;
mod faults;
mod freeze;
mod kills;
mod kit;
mod report;
mod requests;
mod rolling;
mod scenario;
mod slow;

pub use effort::Effort;
pub use report::Report;
pub use scenario::{Outcome, SCENARIOS, Scenario};
