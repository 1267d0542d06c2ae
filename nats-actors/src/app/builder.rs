//! The description of an application.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::arguments::{Arguments, Factory, Task};
use super::connection::{Adapt, IntoConnect, Place};
use super::deps::Provided;
use super::group::Group;
use super::supervise::Supervise;
use crate::client::{Client, Connect};
use crate::error::Error;
use crate::jetstream::{JetStream, StreamConfig};
use crate::options::ConnectOptions;
use crate::service::{Service, ServiceOptions};
use crate::worker::{ConsumerSpec, IntoConsumer};

/// An application: services, consumers and tasks on one connection, supervised, and drained when it ends.
///
/// Nothing connects before [`plan`](Self::plan) has passed. [`main`](Self::main) runs it as a process,
/// [`run`](Self::run) does so with a result, and [`start`](Self::start) leaves signals alone.
///
/// ```no_run
/// use std::process::ExitCode;
/// use nats_actors::{App, handlers, service};
///
/// #[service(name = "greeter", version = "0.1.0")]
/// struct Greeter;
///
/// #[handlers]
/// impl Greeter {
///     #[endpoint("{name}.greet")]
///     async fn greet(&self, name: String) -> String {
///         format!("hello, {name}")
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     App::new("greeter", env!("CARGO_PKG_VERSION")).service(|| Greeter).main().await
/// }
/// ```
#[must_use = "an application does nothing until it is started"]
pub struct App {
    pub(super) name: Arc<str>,
    pub(super) version: Arc<str>,
    pub(super) connect: Option<Result<Connect, Error>>,
    pub(super) adapts: Vec<Adapt>,
    pub(super) provided: Provided,
    pub(super) streams: Vec<StreamConfig>,
    pub(super) groups: Group,
    pub(super) drain_timeout: Duration,
}

impl App {
    /// An application without anything in it. The version is `SemVer`.
    pub fn new(name: impl Into<Arc<str>>, version: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            connect: None,
            adapts: Vec::new(),
            provided: Provided::default(),
            streams: Vec::new(),
            groups: Group::new(GROUPS),
            drain_timeout: Duration::from_secs(25),
        }
    }

    /// Where to connect: addresses of servers, or a [`Connect`] with options. Default: what the environment says, in the
    /// variables of the NATS CLI, else `nats://localhost:4222`.
    ///
    /// As for the CLI, a variable (`NATS_URL`, `NATS_CREDS`, …) counts before the context that `NATS_CONTEXT` names; see
    /// [`Context::from_environment`](crate::context::Context::from_environment). Where that context says that JetStream
    /// is, the application's is. The context that somebody has selected on this machine is not followed: what an
    /// application does must not depend on it. Without the feature `nkeys`, `NATS_URL` alone is read.
    pub fn connect(mut self, to: impl IntoConnect) -> Self {
        self.connect = Some(to.into_connect(&self.name));
        self
    }

    /// Changes the options of the connection, wherever it leads: `change` sees those of [`connect`](Self::connect), or of
    /// the environment. Default: the options are as they are. Each further call sees what the one before it left.
    ///
    /// ```
    /// use nats_actors::{App, ReconnectPolicy};
    ///
    /// let app = App::new("billing", "1.0.0")
    ///     .connect_options(|options| options.reconnect(ReconnectPolicy::new().max_reconnects(60)));
    /// # drop(app);
    /// ```
    pub fn connect_options(
        mut self,
        change: impl FnOnce(ConnectOptions) -> ConnectOptions + Send + 'static,
    ) -> Self {
        self.adapts.push(Box::new(change));
        self
    }

    /// Hands a value to every factory and task that has a parameter of its type. One value for each type; clones of it
    /// are handed out. Default: only the [`Client`] and its [`JetStream`] are there.
    pub fn provide<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.provided.add(value);
        self
    }

    /// Creates the stream, or changes it to be as this says, before anything starts. Default: streams stay as they are.
    pub fn provision(mut self, stream: StreamConfig) -> Self {
        self.streams.push(stream);
        self
    }

    /// How services, consumers and tasks outside of groups, and the groups, are supervised. When these restarts are
    /// used up, the application ends. Default: [`Supervise::one_for_one`].
    pub fn supervise(self, supervise: Supervise) -> Self {
        self.with(|groups| groups.supervise(supervise))
    }

    /// Adds a service. The factory makes its struct for every life, from provided values.
    pub fn service<F, A>(self, factory: F) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: Service>,
    {
        self.with(|groups| groups.service(factory))
    }

    /// Adds a service with options of its own. Their drain timeout is that of the application.
    pub fn service_with<F, A>(self, factory: F, options: ServiceOptions) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: Service>,
    {
        self.with(|groups| groups.service_with(factory, options))
    }

    /// Adds a consumer. The factory makes its struct for every life, from provided values.
    pub fn consumer<F, A, M>(self, factory: F) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: IntoConsumer<M>>,
        M: 'static,
    {
        self.with(|groups| groups.consumer(factory))
    }

    /// Adds a consumer with other settings than those of its struct. Its drain timeout is at most that of the
    /// application.
    pub fn consumer_with<F, A, M>(
        self,
        factory: F,
        configure: impl FnOnce(ConsumerSpec) -> ConsumerSpec,
    ) -> Self
    where
        A: Arguments,
        F: Factory<A, Output: IntoConsumer<M>>,
        M: 'static,
    {
        self.with(|groups| groups.consumer_with(factory, configure))
    }

    /// Adds a task: an async function of a [`TaskContext`](super::TaskContext) and of provided values. It gets another
    /// life after an error or a panic, after a backoff, and none after a normal end.
    pub fn task<F, A>(self, name: impl Into<Arc<str>>, task: F) -> Self
    where
        A: Arguments,
        F: Task<A>,
    {
        self.with(|groups| groups.task(name, task))
    }

    /// Adds a group with a supervisor of its own.
    pub fn group(self, name: impl Into<Arc<str>>, fill: impl FnOnce(Group) -> Group) -> Self {
        self.with(|groups| groups.group(name, fill))
    }

    /// How long a drain waits for handlers and tasks; the end of the connection may take 5 s more. Default: 25 s, which
    /// goes with the 30 s that Kubernetes gives a container.
    pub fn drain_timeout(mut self, limit: Duration) -> Self {
        self.drain_timeout = limit;
        self
    }

    /// What is in the map without being provided by hand.
    pub(super) fn add_own_values(&mut self, jetstream: &JetStream) {
        self.provided.add::<Client>(jetstream.client().clone());
        self.provided.add::<JetStream>(jetstream.clone());
    }

    pub(super) async fn take_place(&mut self) -> Result<Place, Error> {
        match self.connect.take() {
            Some(connect) => connect.map(Place::given),
            None => Place::of_environment(&self.name).await,
        }
    }

    fn with(mut self, change: impl FnOnce(Group) -> Group) -> Self {
        let groups = std::mem::replace(&mut self.groups, Group::new(GROUPS));
        self.groups = change(groups);
        self
    }
}

/// The name of the supervisor of everything that the user added.
pub(super) const GROUPS: &str = "groups";

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("groups", &self.groups)
            .field("drain_timeout", &self.drain_timeout)
            .finish_non_exhaustive()
    }
}
