//! Supervised actors, services and workers for NATS, with a fast client underneath.

pub mod protocol;
pub mod session;

#[cfg(any(feature = "service", feature = "worker"))]
pub mod handler;
#[cfg(feature = "jetstream")]
pub mod jetstream;
#[cfg(feature = "client")]
pub mod supervisor;
#[cfg(all(feature = "testing", unix))]
pub mod testing;
#[cfg(feature = "worker")]
pub mod worker;
