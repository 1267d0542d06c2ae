//! Moving from one server to another while both connections stand.
//!
//! [`Crossing`] moves what goes out: the stream of publishes is cut in two at a fence, so that the new connection goes on
//! where the old one ended. [`Sieve`] merges what comes in: one subscription, announced on both connections, gets each
//! message once and in order; [`Twins`] does it for replies, for which nobody waits.

mod crossing;
#[cfg(test)]
mod crossing_tests;
mod lane;
mod sieve;
#[cfg(test)]
mod sieve_tests;
mod twins;

pub use self::crossing::{Crossing, Side, Source};
pub use self::sieve::Sieve;
pub use self::twins::Twins;
