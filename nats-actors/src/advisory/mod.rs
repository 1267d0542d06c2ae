//! What servers tell about themselves, as values: advisories and metrics of JetStream, and events of accounts.
//!
//! JetStream publishes them in the account that they are about (leaders of a domain and servers: in the system account) as
//! long as somebody listens; they are core messages, so that nobody hears those that he was not there for. Events of
//! connections and servers go to the system account.
//!
//! ```no_run
//! # async fn example(client: nats_actors::Client) -> Result<(), nats_actors::Error> {
//! use nats_actors::advisory::{AdvisoryEvent, subjects};
//!
//! let mut advisories = client.advisories(subjects::MAX_DELIVERIES).await?;
//! while let Some(advisory) = advisories.next().await {
//!     if let AdvisoryEvent::MaxDeliveries(given_up) = advisory.event {
//!         println!("{} gave up message {}", given_up.consumer, given_up.stream_sequence);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What this version does not know is no error: an event of another type is [`AdvisoryEvent::Unknown`] with its JSON, and
//! unknown fields are left out. [`Advisory::parse`] reads one that came in any other way.

mod advisories;
mod connection;
mod consumer;
mod event;
mod parse;
mod server;
mod stream;
pub mod subjects;

pub use self::advisories::{Advisories, SubscribeAdvisories};
pub use self::connection::{
    AccountConnections, ClientConnected, ClientDisconnected, ClientIdentity, ServerIdentity,
    ServiceLatency, Traffic,
};
pub use self::consumer::{
    ConsumerAck, ConsumerAction, ConsumerLeaderElected, ConsumerPause, ConsumerPinned,
    ConsumerQuorumLost, ConsumerUnpinned, MaxDeliveries, MessageNaked, MessageTerminated,
};
pub use self::event::{Advisory, AdvisoryEvent};
pub use self::server::{
    ApiAudit, ApiLimitReached, DomainLeaderElected, MetaRescue, ServerOutOfStorage, ServerRemoved,
};
pub use self::stream::{
    Action, BatchAbandoned, RestoreComplete, RestoreCreate, SnapshotComplete, SnapshotCreate,
    StreamAction, StreamLeaderElected, StreamQuorumLost,
};
