//! Workers: JetStream consumers as running pipelines.
//!
//! A [`ConsumerSpec`] says what a consumer reads and what becomes of its messages; handlers say, message by message, how
//! it went, by an [`Outcome`] or a [`HandlerError`]; the layer owns attempts, delays, dead letters, leases and order.

mod drain_plan;
mod fault;
mod handler_error;
mod lanes;
mod lease;
mod order;
mod outcome;
mod retry;
mod route;
mod settled;
mod spec;
mod statistics;
mod verdict;

pub use fault::{FaultExt, HandlerFault};
pub use handler_error::{Disposition, HandlerError};
pub use order::{KeyOrder, OnKeyFailure, OrderedBy, key_of};
pub use outcome::{Outcome, Reason};
pub use retry::{Backoff, RetryPolicy};
pub use route::RouteSpec;
pub use settled::{IntoSettled, Settled};
pub use spec::{ConsumerSpec, DeliverFrom, OnPanic, Provision};
pub use statistics::Statistics;
