//! One actor per interest: it owns the life of a subscription, and its pump if messages go to a handler or an actor.
//!
//! Messages never pass through the mailbox of a subscription: they wait in a bounded queue that the reader fills in
//! batches and that a [`Subscription`] (a stream), a handler or a [`Batch`] to an actor empties.

mod actor;
mod batch;
mod handle;
mod message;
mod pump;
mod spawn;
mod stream;
mod traced;

pub use self::batch::Batch;
pub use self::handle::SubscriptionHandle;
pub use self::stream::Subscription;

pub(crate) use self::pump::{MakePump, end_as_closed, to_actor};
pub(crate) use self::spawn::{Interested, start};
pub(crate) use self::traced::to_traced_handler;
