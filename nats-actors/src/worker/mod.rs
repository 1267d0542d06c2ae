//! Workers: JetStream consumers as running pipelines.
//!
//! A [`ConsumerSpec`] says what a consumer reads and what becomes of its messages; handlers say, message by message, how
//! it went, by an [`Outcome`] or a [`HandlerError`]; the layer owns attempts, delays, dead letters, leases and order.

mod board;
mod builder;
mod consumer;
mod context;
mod dead_letter;
mod drain_plan;
mod exclusive;
mod extract;
mod fault;
#[cfg(feature = "macros")]
pub(crate) mod generated;
mod handle;
mod handler_error;
pub mod header;
mod lanes;
mod lease;
mod lease_table;
mod order;
mod out;
mod outcome;
mod provision;
mod retry;
mod route;
mod runtime;
mod settled;
mod setup;
mod spec;
mod statistics;
mod verdict;

pub use builder::{ConsumerBuilder, consumer};
pub use consumer::{Consumer, ConsumerMeta, ConsumerMut};
pub use context::DeliveryCx;
pub use dead_letter::DeadLetter;
pub use exclusive::{Exclusive, IntoConsumer, OneAtATime, Shared};
pub use extract::FromDelivery;
pub use fault::{FaultExt, HandlerFault};
pub use handle::{ConsumerHandle, ConsumerState, RunningConsumer};
pub use handler_error::{Disposition, HandlerError};
pub use lease::{Lease, LeaseLost};
pub use order::{KeyOrder, OnKeyFailure, OrderedBy, key_of};
pub use out::Out;
pub use outcome::{Outcome, Reason};
pub use provision::Drift;
pub use retry::{Backoff, RetryPolicy};
pub use route::RouteSpec;
pub use settled::{IntoSettled, Settled};
pub use setup::{SetupError, SpecProblem};
pub use spec::{ConsumerSpec, DeliverFrom, OnPanic, Provision};
pub use statistics::Statistics;
