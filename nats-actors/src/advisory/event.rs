//! An advisory, whatever it is about.

use std::time::SystemTime;

use bytes::Bytes;

use super::connection::{
    AccountConnections, ClientConnected, ClientDisconnected, ServerIdentity, ServiceLatency,
};
use super::consumer::{
    ConsumerAck, ConsumerAction, ConsumerLeaderElected, ConsumerPause, ConsumerPinned,
    ConsumerQuorumLost, ConsumerUnpinned, MaxDeliveries, MessageNaked, MessageTerminated,
};
use super::server::{
    ApiAudit, ApiLimitReached, DomainLeaderElected, MetaRescue, ServerOutOfStorage, ServerRemoved,
};
use super::stream::{
    BatchAbandoned, RestoreComplete, RestoreCreate, SnapshotComplete, SnapshotCreate, StreamAction,
    StreamLeaderElected, StreamQuorumLost,
};

/// Something that a server told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Advisory {
    /// The subject that it came on.
    pub subject: String,
    /// The type of its JSON, such as `io.nats.jetstream.advisory.v1.max_deliver`; empty for what has none.
    pub schema: String,
    /// Its identity: an advisory that comes twice has the same.
    pub id: String,
    /// When it happened.
    pub time: Option<SystemTime>,
    /// The account that it is about, where the server says so.
    pub account: Option<String>,
    /// The JetStream domain that it is about, if it has a name.
    pub domain: Option<String>,
    /// What happened.
    pub event: AdvisoryEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AdvisoryEvent {
    /// Somebody asked the JetStream API for something.
    ApiAudit(Box<ApiAudit>),
    /// A server had more requests to the JetStream API than it takes, and dropped them.
    ApiLimitReached(ApiLimitReached),
    /// A stream was created, changed or deleted.
    StreamAction(StreamAction),
    /// A stream has a new leader.
    StreamLeaderElected(StreamLeaderElected),
    /// A stream cannot make progress.
    StreamQuorumLost(StreamQuorumLost),
    /// A batch was given up before its commit.
    BatchAbandoned(BatchAbandoned),
    /// A snapshot of a stream has begun.
    SnapshotCreate(Box<SnapshotCreate>),
    /// A snapshot of a stream has ended.
    SnapshotComplete(Box<SnapshotComplete>),
    /// A stream is being restored.
    RestoreCreate(Box<RestoreCreate>),
    /// A stream was restored.
    RestoreComplete(Box<RestoreComplete>),
    /// A consumer was created or deleted.
    ConsumerAction(ConsumerAction),
    /// A consumer was paused or resumed.
    ConsumerPause(ConsumerPause),
    /// A consumer has a new leader.
    ConsumerLeaderElected(ConsumerLeaderElected),
    /// A consumer cannot make progress.
    ConsumerQuorumLost(ConsumerQuorumLost),
    /// A client is the one of its group that gets messages.
    ConsumerPinned(ConsumerPinned),
    /// A client is no longer the one of its group that gets messages.
    ConsumerUnpinned(ConsumerUnpinned),
    /// A message was acknowledged: a sample, at the frequency of its consumer.
    ConsumerAck(ConsumerAck),
    /// A message was delivered as often as its consumer allows, and will not be again.
    MaxDeliveries(MaxDeliveries),
    /// A message was given back.
    MessageNaked(MessageNaked),
    /// A message was given up.
    MessageTerminated(MessageTerminated),
    /// A domain has a new leader.
    DomainLeaderElected(DomainLeaderElected),
    /// A server has no storage left, and has switched JetStream off.
    ServerOutOfStorage(ServerOutOfStorage),
    /// A server was removed from its domain.
    ServerRemoved(ServerRemoved),
    /// The leaders of a domain need fewer votes than is safe: somebody rescues it.
    MetaRescue(MetaRescue),
    /// A client has connected.
    ClientConnected(Box<ClientConnected>),
    /// A client has disconnected.
    ClientDisconnected(Box<ClientDisconnected>),
    /// A client may not log in, or not any more.
    AuthenticationFailed(Box<ClientDisconnected>),
    /// How many connections an account has at a server.
    AccountConnections(Box<AccountConnections>),
    /// How long an exported service took: a sample.
    ServiceLatency(Box<ServiceLatency>),
    /// A server will shut down.
    LameDuck(Box<ServerIdentity>),
    /// A server shuts down.
    Shutdown(Box<ServerIdentity>),
    /// Something that this version does not know, as it came: usually JSON.
    Unknown(Bytes),
}
