//! The traits that `#[consumer]` and `#[handlers]` implement, and that anyone may implement by hand.

use std::future::{Future, ready};

use super::context::DeliveryCx;
use super::dead_letter::DeadLetter;
use super::settled::Settled;
use super::spec::ConsumerSpec;

/// A struct that says what it consumes; its routes are on its impl. `#[consumer]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has routes, but no stream and durable name of a consumer",
    label = "no `#[consumer(..)]` on this struct",
    note = "put `#[consumer(stream = \"..\", durable = \"..\")]` on the struct"
)]
pub trait ConsumerMeta {
    /// What decodes payloads: a type with [`Decodes`](crate::handler::Decodes).
    type Codec;
    /// The consumer without its routes.
    const BASE: ConsumerSpec;
}

/// A consumer whose handlers share it: up to `max_in_flight` of them run at once.
///
/// ```
/// # use nats_actors::worker::{Consumer, ConsumerSpec, DeliveryCx, Outcome, RouteSpec, Settled};
/// struct Audit;
///
/// impl Consumer for Audit {
///     const SPEC: ConsumerSpec =
///         ConsumerSpec::new("ORDERS", "audit", &[RouteSpec::new("any", "orders.>")]);
///
///     async fn handle(&self, _route: usize, cx: DeliveryCx<'_>) -> Settled {
///         println!("{} is message {}", cx.message().subject(), cx.info().stream_sequence);
///         Outcome::Ack.into()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a nats-actors consumer",
    label = "not a consumer",
    note = "put `#[consumer(stream = \"..\", durable = \"..\")]` on the struct and `#[handlers]` on its impl with `#[on(\"..\")]` methods"
)]
pub trait Consumer: Sized + Send + Sync + 'static {
    /// What the consumer is.
    const SPEC: ConsumerSpec;

    /// Handles a message that takes route `route` of the spec.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an await: at its timeout, and when the consumer stops before it has ended. The message is
    /// delivered again then.
    fn handle(&self, route: usize, cx: DeliveryCx<'_>) -> impl Future<Output = Settled> + Send;

    /// Hears of a dead letter after it was stored. Default: nothing is done.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an await when the consumer stops before it has ended. It is not called again then.
    fn dead_lettered(&self, letter: DeadLetter) -> impl Future<Output = ()> + Send {
        drop(letter);
        ready(())
    }
}

/// A consumer whose handlers have it for themselves: one message at a time, in the order of arrival.
///
/// The struct is state. It is made anew by its factory after a handler has panicked or was cancelled at its timeout,
/// since it may have been left half changed.
///
/// ```
/// # use nats_actors::worker::{ConsumerMut, ConsumerSpec, DeliveryCx, Outcome, RouteSpec, Settled};
/// #[derive(Default)]
/// struct Count {
///     seen: u64,
/// }
///
/// impl ConsumerMut for Count {
///     const SPEC: ConsumerSpec =
///         ConsumerSpec::new("ORDERS", "count", &[RouteSpec::new("any", "orders.>")]);
///
///     async fn handle(&mut self, _route: usize, _cx: DeliveryCx<'_>) -> Settled {
///         self.seen += 1;
///         Outcome::Ack.into()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a nats-actors consumer",
    label = "not a consumer",
    note = "put `#[consumer(stream = \"..\", durable = \"..\")]` on the struct and `#[handlers]` on its impl with `#[on(\"..\")]` methods"
)]
pub trait ConsumerMut: Sized + Send + 'static {
    /// What the consumer is.
    const SPEC: ConsumerSpec;

    /// Handles a message that takes route `route` of the spec.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an await: at its timeout, and when the consumer stops before it has ended. The message is
    /// delivered again then.
    fn handle(&mut self, route: usize, cx: DeliveryCx<'_>) -> impl Future<Output = Settled> + Send;

    /// Hears of a dead letter after it was stored. Default: nothing is done.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an await when the consumer stops before it has ended. It is not called again then.
    fn dead_lettered(&mut self, letter: DeadLetter) -> impl Future<Output = ()> + Send {
        drop(letter);
        ready(())
    }
}
