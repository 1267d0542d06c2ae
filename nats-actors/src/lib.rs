//! Supervised actors, services and workers for NATS, with a fast client underneath.

#[cfg(feature = "macros")]
extern crate self as nats_actors;

#[cfg(feature = "client")]
mod auth;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod connection;
#[cfg(feature = "client")]
mod error;
#[cfg(any(feature = "service", feature = "worker"))]
pub mod handler;
#[cfg(feature = "jetstream")]
pub mod jetstream;
#[cfg(feature = "client")]
mod options;
pub mod protocol;
#[cfg(feature = "service")]
pub mod service;
pub mod session;
#[cfg(feature = "client")]
mod subscription;
#[cfg(feature = "client")]
pub mod supervisor;
#[cfg(all(feature = "testing", unix))]
pub mod testing;

#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod macro_support;
#[cfg(feature = "macros")]
mod macros;

pub use self::protocol::{Headers, Message, Payload, Subject};
#[cfg(feature = "client")]
pub use self::{
    auth::{Credentials, Secret},
    client::{
        Client, Close, CloseReport, Connect, Drain, DrainReport, Flush, Publish, PublishFuture,
        Request, RequestFuture, Subscribe,
    },
    connection::{ConnectionState, Event, Events, StateWatch, Statistics},
    error::{ConnectStage, Error, ErrorKind, Unsent},
    options::{ConnectOptions, InitialConnect, IntoServers, ReconnectPolicy, ServerAddr},
    session::{Loss, LossPolicy, Overflow, PendingLimits},
    subscription::{Batch, Subscription, SubscriptionHandle},
};
#[cfg(any(feature = "service", feature = "worker"))]
pub use handler::SubjectParam;
#[cfg(feature = "service")]
pub use service::ServiceError;

#[cfg(feature = "macros")]
pub use macros::{ServiceError, SubjectParam, endpoint, handlers, service};
