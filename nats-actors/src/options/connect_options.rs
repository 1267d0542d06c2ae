//! How to connect.

use std::time::Duration;

use super::handover::HandoverPolicy;
use super::lifecycle::LifecycleOptions;
use super::messaging::MessagingOptions;
use super::reconnect::{InitialConnect, ReconnectPolicy};
use super::transport::TransportOptions;
use crate::auth::Login;
use crate::propagation::Propagator;
use crate::protocol::ConnectInfo;
use crate::session::{LossPolicy, PendingLimits};

/// How to connect, and how a connection behaves.
///
/// The defaults are those of ADR-40 but for the keep-alive, which notices a dead server within 25 seconds.
///
/// ```no_run
/// use nats_actors::ConnectOptions;
///
/// # async fn example() -> Result<(), nats_actors::Error> {
/// let client = ConnectOptions::new()
///     .name("orders")
///     .user_and_password("orders", "s3cr3t")
///     .connect("nats://localhost:4222")
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ConnectOptions {
    pub(crate) name: Option<String>,
    pub(crate) login: Login,
    pub(crate) echo: bool,
    pub(crate) inbox_prefix: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) publish_timeout: Duration,
    pub(crate) drain_timeout: Duration,
    pub(crate) ping_interval: Duration,
    pub(crate) max_pings_out: u32,
    pub(crate) outbox_bytes: usize,
    pub(crate) loss_policy: LossPolicy,
    pub(crate) pending_limits: PendingLimits,
    pub(crate) reconnect: ReconnectPolicy,
    pub(crate) initial_connect: InitialConnect,
    pub(crate) ignore_advertised_servers: bool,
    pub(crate) shuffle: bool,
    pub(crate) handover: HandoverPolicy,
    pub(crate) lifecycle: LifecycleOptions,
    pub(crate) transport: TransportOptions,
    pub(crate) messaging: MessagingOptions,
    pub(crate) propagator: Option<Propagator>,
}

impl ConnectOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name that the server's monitoring shows for this client. Default: none.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Does not deliver what this client publishes to its own subscriptions. Default: it does. Connecting to a server that
    /// cannot do so (older than 1.2) fails.
    pub const fn no_echo(mut self) -> Self {
        self.echo = false;
        self
    }

    /// What reply subjects begin with. Default: `_INBOX`.
    ///
    /// It must be a legal subject of at most 256 bytes; [`connect`](Self::connect) fails otherwise. Every reply subject
    /// begins with it: those of requests, of request-many, of JetStream, and [`Client::new_inbox`](crate::Client::new_inbox).
    pub fn inbox_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.inbox_prefix = prefix.into();
        self
    }

    /// How long one attempt may take, from the name lookup over proxy, TLS and WebSocket to the server's answer to the
    /// login. Default: 5 s. Then it fails, with the [`ConnectStage`](crate::ConnectStage) that it was in.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request waits for its reply, unless it says otherwise. Default: 10 s.
    ///
    /// [`Duration::MAX`] is no limit: a lost connection and a closed client still end the request.
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long a publish waits for room in the outbox, unless it says otherwise. Default: 10 s.
    pub const fn publish_timeout(mut self, timeout: Duration) -> Self {
        self.publish_timeout = timeout;
        self
    }

    /// How long `flush`, `drain` and `close` may take, unless they say otherwise. Default: 10 s.
    ///
    /// It bounds the flush after the last handle was dropped, too.
    pub const fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// How often the server is asked whether it lives. Default: 8 s. Zero: never, and a dead peer is then noticed by the
    /// operating system alone.
    pub const fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval;
        self
    }

    /// How many such questions may stay without any sign of life before the connection counts as lost. Default: 2. A frozen
    /// server is then noticed after 16 to 24 s.
    pub const fn max_pings_out(mut self, count: u32) -> Self {
        self.max_pings_out = count;
        self
    }

    /// Bytes that may be accepted for the server and not yet be confirmed by it, connected or not. Default: 8 MiB.
    ///
    /// At the bound a publish waits, and fails with [`OutboxFull`](crate::ErrorKind::OutboxFull) at its deadline.
    pub const fn outbox_bytes(mut self, bytes: usize) -> Self {
        self.outbox_bytes = bytes;
        self
    }

    /// What becomes of publishes in doubt when a connection is lost. Default: they are reported.
    pub const fn loss_policy(mut self, policy: LossPolicy) -> Self {
        self.loss_policy = policy;
        self
    }

    /// How much may wait for a subscription, unless it says otherwise. Default: 524,288 messages and 64 MiB.
    pub const fn pending_limits(mut self, limits: PendingLimits) -> Self {
        self.pending_limits = limits;
        self
    }

    /// How a lost connection is made again. Default: for ever, with jittered delays of at most 4 s.
    pub fn reconnect(mut self, policy: ReconnectPolicy) -> Self {
        self.reconnect = policy;
        self
    }

    /// What happens when the first connection fails. Default: [`InitialConnect::FailFast`].
    pub const fn initial_connect(mut self, initial: InitialConnect) -> Self {
        self.initial_connect = initial;
        self
    }

    /// Uses only the servers that were given, not those that servers tell about. Default: both.
    pub const fn ignore_advertised_servers(mut self) -> Self {
        self.ignore_advertised_servers = true;
        self
    }

    /// Tries the given servers in their order, and the addresses of each in the order of the resolver. Default: both in a
    /// random order.
    pub const fn keep_server_order(mut self) -> Self {
        self.shuffle = false;
        self
    }

    pub(crate) fn connect_info(&self) -> ConnectInfo {
        let mut info = ConnectInfo::default();
        info.name.clone_from(&self.name);
        info.echo = self.echo;
        info.lang = "rust".to_owned();
        info.version = env!("CARGO_PKG_VERSION").to_owned();
        info.protocol = 1;
        info.headers = true;
        self.lifecycle.introduce(&mut info);
        info.no_responders = self.messaging.no_responders;
        info
    }
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            name: None,
            login: Login::default(),
            echo: true,
            inbox_prefix: "_INBOX".to_owned(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            publish_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(8),
            max_pings_out: 2,
            outbox_bytes: 8 * 1024 * 1024,
            loss_policy: LossPolicy::Report,
            pending_limits: PendingLimits::default(),
            reconnect: ReconnectPolicy::default(),
            initial_connect: InitialConnect::FailFast,
            ignore_advertised_servers: false,
            shuffle: true,
            handover: HandoverPolicy::new(),
            lifecycle: LifecycleOptions::default(),
            transport: TransportOptions::default(),
            messaging: MessagingOptions::default(),
            propagator: None,
        }
    }
}
