//! Traces that go on from one process to the next.
//!
//! A client with a propagator ([`ConnectOptions::propagator`](crate::ConnectOptions::propagator)) writes the trace that a
//! publish or a request belongs to into its headers, and runs whoever handles the message in the same trace: endpoints of
//! services, handlers of consumers, handlers of subscriptions and actors that are called. Without one, headers are left
//! alone, and it costs nothing.
//!
//! [`W3c`] is the propagator that is there: W3C Trace Context, without any other library. One of a tracing system, such as
//! OpenTelemetry's, is a [`Propagate`] of two functions.
//!
//! # What is written
//!
//! Each publish, each publish to a stream and each request is a step of its own of the trace that runs when it is awaited.
//! A message whose headers have a `traceparent` already is left as it is. Answers (what goes to an inbox) and what is said to
//! servers (`$JS.`, `$SYS.`, `$SRV.`) carry no trace. Headers count against the server's maximum payload: a trace takes
//! some 70 bytes, and up to 600 with a `tracestate`.
//!
//! # Spans
//!
//! With a propagator there is a span of the crate `tracing`, of the target `nats_actors::propagation` and the level `INFO`,
//! for every message that is handled (`process`) or sent (`send`; a request's lasts until its reply). Their fields are those of
//! OpenTelemetry's conventions for messaging: `messaging.system` (`nats`), `messaging.operation.name` and `.type`,
//! `messaging.destination.name` (the subject), `messaging.destination.template` (the subscription),
//! `messaging.consumer.group.name` (the queue group or the durable consumer), `messaging.message.body.size`, and when it
//! fails `error.type`: the code of a service's error, `failed`, `rejected`, `timeout` or `panic` of other handlers, the
//! [`ErrorKind`](crate::ErrorKind) of what is sent; `otel.name`, `otel.kind` and `otel.status_code` are for the crate `tracing-opentelemetry`. With [`W3c`] they
//! also have `trace_id`, `span_id` and `parent_span_id`, so that every line of a log says which trace it belongs to.
//!
//! # Streams and tasks
//!
//! Who takes messages from a subscription says himself where handling begins:
//! [`Client::in_trace_of`](crate::Client::in_trace_of). A task that a handler spawns leaves the trace, unless it takes it along:
//!
//! ```
//! use nats_actors::propagation::TraceContext;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let trace = TraceContext::begin();
//! let id = trace.trace_id();
//! trace.scope(async move {
//!     let here = TraceContext::current().expect("it is in a trace");
//!     let task = tokio::spawn(here.scope(async { TraceContext::current() }));
//!     assert_eq!(task.await.unwrap().unwrap().trace_id(), id);
//! })
//! .await;
//! # }
//! ```

mod current;
mod in_trace;
mod incoming;
mod propagate;
mod propagator;
mod sending;
mod trace;
mod w3c;

pub(crate) use self::in_trace::in_trace;
pub use self::incoming::Incoming;
pub use self::propagate::{Propagate, Scope};
pub(crate) use self::propagator::Propagator;
pub(crate) use self::sending::Sending;
#[cfg(any(feature = "service", feature = "worker"))]
pub(crate) use self::trace::Trace;
#[cfg(feature = "service")]
pub(crate) use self::trace::enter;
pub use self::w3c::W3c;
pub use crate::protocol::TraceContext;
