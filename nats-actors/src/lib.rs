//! Supervised actors, services and workers for NATS, with a fast client underneath.

pub mod protocol;
pub mod session;

#[cfg(feature = "client")]
mod auth;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod connection;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "jetstream")]
pub mod jetstream;
#[cfg(feature = "client")]
mod options;
#[cfg(feature = "client")]
mod subscription;
#[cfg(feature = "client")]
pub mod supervisor;
#[cfg(all(feature = "testing", unix))]
pub mod testing;

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
