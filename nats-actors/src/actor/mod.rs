//! The bridge for those who have ractor actors of their own.
//!
//! - Messages come to an actor in batches, with a bound: [`Subscribe::deliver_to`](crate::Subscribe::deliver_to).
//! - An actor publishes without waiting: [`Client::try_publish`](crate::Client::try_publish) neither awaits nor blocks, and a
//!   full outbox is an error that gives the message back. A `handle` that may wait uses [`Client::publish`](crate::Client::publish).
//! - An actor is called from another process: [`Subscribe::answer_from`](crate::Subscribe::answer_from) on its side,
//!   [`Client::call`](crate::Client::call) on the other, with a [`Call`] that says what is asked and answered.
//!
//! This is the only module whose signatures name ractor.

mod call;
mod call_error;
mod deliver;
mod remote_call;
mod serve;

pub use self::call::Call;
pub use self::call_error::CallError;
pub use self::remote_call::RemoteCall;
pub use crate::subscription::Batch;
