//! The door to a running consumer: configure, then start or hand to a supervisor.

use std::fmt;
use std::sync::Arc;

use super::board::Board;
use super::consumer::Consumer;
use super::exclusive::{Factory, IntoConsumer};
use super::handle::{ConsumerHandle, RunningConsumer};
use super::runtime::{ConsumerMsg, start};
use super::spec::ConsumerSpec;
use crate::client::Client;
use crate::jetstream::JetStream;
use crate::supervisor::{AnySpec, ChildSpec, Strategy, Supervisor, SupervisorOptions};

/// A consumer that is about to run: what it is made by, and its settings.
///
/// `make` is called for the first life and after each restart. Nothing is sent until it is started.
///
/// ```no_run
/// # use nats_actors::{Client, consumer, handlers, worker};
/// # #[consumer(stream = "ORDERS", durable = "audit")]
/// # struct Audit;
/// # #[handlers]
/// # impl Audit {
/// #     #[on("orders.>")]
/// #     async fn any(&self) {}
/// # }
/// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let audit = worker::consumer(&client, || Audit).configure(|spec| spec.max_in_flight(8)).start();
/// audit.wait_up(std::time::Duration::from_secs(5)).await?;
/// println!("{:?}", audit.statistics());
/// assert!(audit.drain().await.is_clean());
/// # Ok(())
/// # }
/// ```
pub fn consumer<C: IntoConsumer<M>, M: 'static>(
    client: &Client,
    make: impl Fn() -> C + Send + Sync + 'static,
) -> ConsumerBuilder<C, M> {
    ConsumerBuilder {
        jetstream: client.jetstream(),
        spec: <C::Consumer as Consumer>::SPEC,
        make: Arc::new(make),
        mode: std::marker::PhantomData,
    }
}

/// A consumer that is about to run; see [`consumer`].
#[must_use = "a consumer does nothing until it is started"]
pub struct ConsumerBuilder<C, M> {
    jetstream: JetStream,
    spec: ConsumerSpec,
    make: Factory<C>,
    mode: std::marker::PhantomData<fn() -> M>,
}

impl<C: IntoConsumer<M>, M: 'static> ConsumerBuilder<C, M> {
    /// Changes settings for this process. Default: those of the struct.
    pub fn configure(mut self, change: impl FnOnce(ConsumerSpec) -> ConsumerSpec) -> Self {
        self.spec = change(self.spec);
        self
    }

    /// Reads from another domain, or by another prefix. Default: [`Client::jetstream`].
    pub fn jetstream(mut self, jetstream: JetStream) -> Self {
        self.jetstream = jetstream;
        self
    }

    /// The settings.
    #[must_use]
    pub fn spec(&self) -> &ConsumerSpec {
        &self.spec
    }

    /// The consumer as a child for a supervisor, named as its durable consumer, and the handle on it.
    ///
    /// The child drains when its supervisor does, for at most [`drain_timeout`](ConsumerSpec::drain_timeout). It parks
    /// when the consumer on the server cannot be what it has to be.
    #[must_use]
    pub fn into_child(self) -> (AnySpec, ConsumerHandle) {
        let (child, handle) = self.child();
        (child.into(), handle)
    }

    /// Starts it under a supervisor of its own, and does not wait: its handle tells how it goes.
    ///
    /// Dropping what this returns does not stop it.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start(self) -> RunningConsumer {
        let (child, handle) = self.child();
        let options = SupervisorOptions::new();
        let supervisor = Supervisor::start(handle.name(), Strategy::OneForOne, options);
        if let Err(error) = supervisor.add(child) {
            // A supervisor that was made a line above has no child of that name and is not closed.
            tracing::error!(consumer = handle.name(), %error, "not started");
        }
        RunningConsumer::new(handle, supervisor)
    }

    fn child(self) -> (ChildSpec<ConsumerMsg>, ConsumerHandle) {
        let (board, spec) = (Board::new(), self.spec);
        let child = start::child::<C, M>(self.jetstream, spec, self.make, Arc::clone(&board));
        let handle = ConsumerHandle::new(spec, board, child.slot());
        (child, handle)
    }
}

impl<C, M> fmt::Debug for ConsumerBuilder<C, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumerBuilder").field("spec", &self.spec).finish_non_exhaustive()
    }
}
