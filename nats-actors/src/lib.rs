//! Supervised actors, services and workers for NATS, with a fast client underneath.
//!
//! There are two doors. [`Client`] is for who wants a NATS client: publish, subscribe, request, and [`jetstream`] on top.
//! [`App`] is for who writes long-running applications: structs with `#[service]` and `#[consumer]`, whose handlers are
//! methods, and supervision of everything that runs.
//!
//! The layers, from below: [`protocol`] (the wire as values) and [`session`] (a connection's life as values), the
//! connection and its subscriptions (actors), [`Client`], [`jetstream`], [`service`](mod@service) and [`worker`], [`app`].
//! [`supervisor`] serves all of them; [`testing`] starts a real server for tests. Besides: [`auth`] (credentials and keys),
//! [`context`] (the settings of the NATS CLI), [`actor`] (the bridge for ractor actors of your own), [`codec`],
//! [`propagation`] (traces over NATS), [`advisory`] (what servers tell).
//!
//! ```no_run
//! use nats_actors::ConnectOptions;
//!
//! # async fn example() -> Result<(), nats_actors::Error> {
//! let client = ConnectOptions::new().name("greeter").connect("nats://localhost:4222").await?;
//! let mut greetings = client.subscribe("greet.*").await?;
//! client.publish("greet.joe", "hello").await?;
//! println!("{:?}", greetings.next().await);
//! let report = client.drain().await;
//! # drop(report);
//! # Ok(())
//! # }
//! ```
//!
//! Every operation is a builder that does nothing until it is awaited, within a tokio runtime that has I/O and time. What
//! can fail says so under *Errors*, what can be dropped while it is awaited says under *Cancel safety* what that does, and
//! an option names its default.
//!
//! # Features
//!
//! A feature adds and never changes. On by default: `client`, `tls` (`tls://`, `wss://`, servers that demand it), `websocket`
//! (`ws://`, `wss://`), `proxy` (HTTP CONNECT and SOCKS5), `nkeys` (logins with keys), `jetstream`, `service`, `worker`, `app`
//! and `macros`. Besides: `testing`. Without any, what does no I/O is left, such as [`protocol`] and
//! [`session`], and there is neither tokio nor ractor in the tree.

#[cfg(feature = "macros")]
extern crate self as nats_actors;

#[cfg(feature = "client")]
pub mod actor;
#[cfg(feature = "jetstream")]
pub mod advisory;
#[cfg(feature = "app")]
pub mod app;
#[cfg(feature = "client")]
pub mod auth;
pub mod codec;
#[cfg(feature = "nkeys")]
pub mod context;
#[cfg(any(feature = "service", feature = "worker"))]
pub mod handler;
#[cfg(feature = "jetstream")]
pub mod jetstream;
#[cfg(feature = "client")]
pub mod propagation;
pub mod protocol;
#[cfg(feature = "service")]
pub mod service;
pub mod session;
#[cfg(feature = "client")]
pub mod supervisor;
#[cfg(all(feature = "testing", unix))]
pub mod testing;
#[cfg(feature = "worker")]
pub mod worker;

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod connection;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod macro_support;
#[cfg(feature = "macros")]
mod macros;
#[cfg(feature = "client")]
mod options;
#[cfg(feature = "client")]
mod subscription;

#[cfg(feature = "app")]
pub use app::App;
#[cfg(any(feature = "service", feature = "worker"))]
pub use handler::SubjectParam;
#[cfg(feature = "service")]
pub use service::ServiceError;
#[cfg(feature = "worker")]
pub use worker::{HandlerError, HandlerFault, Outcome};

#[cfg(feature = "macros")]
pub use macros::{
    HandlerError, ServiceError, SubjectParam, consumer, endpoint, handlers, on, on_dead_letter,
    service,
};

pub use self::protocol::{Headers, Message, Payload, Subject};
#[cfg(feature = "client")]
pub use self::{
    auth::{CredentialProvider, Credentials, Secret},
    client::{
        Client, Close, CloseReport, ConfirmedPublish, Connect, Drain, DrainReport, EndReason,
        Flush, Publish, PublishFuture, PublishSink, Request, RequestAgain, RequestFuture,
        RequestMany, RequestStrategy, Responses, Subscribe, Trace,
    },
    connection::{
        CloseReason, ConnectedServer, ConnectionState, DisconnectCause, Event, Events, Failure,
        StateWatch, Statistics, SubscriptionStatistics, TlsState,
    },
    error::{ConnectStage, Error, ErrorKind, Unsent},
    options::{
        BufferOverflow, ConnectOptions, Connector, HandoverPolicy, InitialConnect, IntoServers,
        ReconnectPolicy, Scheme, ServerAddr, ServerCandidates, ServerChoice,
    },
    session::{Loss, LossPolicy, Overflow, PendingLimits, PoolServer},
    subscription::{Subscription, SubscriptionHandle},
};
