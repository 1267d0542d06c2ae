//! One connection's life as values: what is owed, what is due, what was promised.
//!
//! Nothing here performs I/O or reads a clock: bytes, time and randomness are arguments, effects are return values.
//! The connection layer owns the socket and asks these types what to do.
//!
//! Read in this order: [`Handshake`] (from INFO to the first PONG), [`Outgoing`] (what was accepted and not yet
//! confirmed), [`Fences`] (which PONG answers whom), [`Interest`] (the live subscriptions), [`Replies`] (requests that
//! wait), [`Pending`] (what waits for a subscriber), [`KeepAlive`], [`Backoff`] and [`ServerPool`]; then [`Crossing`] and
//! [`Sieve`], which move all of it to another server.

mod backoff;
mod fence;
mod frames;
mod handover;
mod handshake;
mod interest;
mod keep_alive;
mod loss;
mod outgoing;
mod overflow;
mod pending;
mod pending_report;
mod pool;
mod replies;
mod shelf;
mod taken;

pub use self::backoff::Backoff;
pub use self::fence::{Fence, Fences};
pub use self::frames::Frames;
pub use self::handover::{Crossing, Side, Sieve, Source, Twins};
pub use self::handshake::{Handshake, HandshakeError, Login, Step};
pub use self::interest::{Entry, Interest};
pub use self::keep_alive::{KeepAlive, Verdict};
pub use self::loss::{Loss, LossPolicy};
pub use self::outgoing::{Outgoing, Segment};
pub use self::overflow::{Overflow, PendingLimits, Pushed};
pub use self::pending::Pending;
pub use self::pool::{PoolChange, PoolServer, ServerPool};
pub use self::replies::{Replies, Token};
pub use self::shelf::Shelf;
pub use self::taken::Taken;
