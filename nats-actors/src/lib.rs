//! Supervised actors, services and workers for NATS, with a fast client underneath.

#[cfg(feature = "macros")]
extern crate self as nats_actors;

#[cfg(any(feature = "service", feature = "worker"))]
pub mod handler;
pub mod protocol;
#[cfg(feature = "service")]
pub mod service;
pub mod session;
#[cfg(feature = "client")]
pub mod supervisor;
#[cfg(all(feature = "testing", unix))]
pub mod testing;

#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod macro_support;
#[cfg(feature = "macros")]
mod macros;

#[cfg(any(feature = "service", feature = "worker"))]
pub use handler::SubjectParam;
#[cfg(feature = "service")]
pub use service::ServiceError;

#[cfg(feature = "macros")]
pub use macros::{ServiceError, SubjectParam, endpoint, handlers, service};
