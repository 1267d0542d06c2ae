//! How a [`ConsumerMut`] runs where a [`Consumer`] is wanted.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::consumer::{Consumer, ConsumerMut};
use super::context::DeliveryCx;
use super::dead_letter::DeadLetter;
use super::settled::Settled;
use super::spec::ConsumerSpec;

/// Makes a consumer: at the start, and again after each restart.
pub(crate) type Factory<C> = Arc<dyn Fn() -> C + Send + Sync>;

/// A consumer that one handler at a time takes out, and puts back only when it ends well.
pub struct Exclusive<C> {
    make: Factory<C>,
    // `None` while a handler has it, and after one has panicked or was cancelled.
    state: Mutex<Option<C>>,
}

impl<C: ConsumerMut> Exclusive<C> {
    pub(crate) fn new(make: Factory<C>) -> Self {
        let state = Mutex::new(Some(make()));
        Self { make, state }
    }
}

impl<C: ConsumerMut> Consumer for Exclusive<C> {
    const SPEC: ConsumerSpec = C::SPEC;

    async fn handle(&self, route: usize, cx: DeliveryCx<'_>) -> Settled {
        let mut state = self.state.lock().await;
        let mut consumer = state.take().unwrap_or_else(|| (self.make)());
        let settled = consumer.handle(route, cx).await;
        *state = Some(consumer);
        settled
    }

    async fn dead_lettered(&self, letter: DeadLetter) {
        let mut state = self.state.lock().await;
        let mut consumer = state.take().unwrap_or_else(|| (self.make)());
        consumer.dead_lettered(letter).await;
        *state = Some(consumer);
    }
}

impl<C> std::fmt::Debug for Exclusive<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exclusive").finish_non_exhaustive()
    }
}

/// What can be started as a consumer: a [`Consumer`] or a [`ConsumerMut`]; `Mode` tells the two apart and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a nats-actors consumer",
    label = "not a consumer",
    note = "put `#[consumer(stream = \"..\", durable = \"..\")]` on the struct and `#[handlers]` on its impl with `#[on(\"..\")]` methods"
)]
pub trait IntoConsumer<Mode>: Sized + 'static {
    /// What runs.
    type Consumer: Consumer;
    /// Whether one message at a time is handled.
    const EXCLUSIVE: bool;

    /// Makes what runs.
    fn consumer(make: &Factory<Self>) -> Self::Consumer;
}

/// The mode of a [`Consumer`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Shared {}

/// The mode of a [`ConsumerMut`].
#[derive(Debug)]
#[non_exhaustive]
pub enum OneAtATime {}

impl<C: Consumer> IntoConsumer<Shared> for C {
    type Consumer = C;
    const EXCLUSIVE: bool = false;

    fn consumer(make: &Factory<Self>) -> C {
        make()
    }
}

impl<C: ConsumerMut> IntoConsumer<OneAtATime> for C {
    type Consumer = Exclusive<C>;
    const EXCLUSIVE: bool = true;

    fn consumer(make: &Factory<Self>) -> Exclusive<C> {
        Exclusive::new(Arc::clone(make))
    }
}
