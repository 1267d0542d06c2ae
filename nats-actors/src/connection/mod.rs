//! The actor that owns a connection: the only place with a socket and a clock.
//!
//! What it guarantees: messages reach each subscription in the order in which the server sent them; what was accepted
//! for the server goes out in order, and is kept until the server confirms it; losing the socket is a state, not a
//! crash. Messages never pass through a mailbox: the reader task hands batches to queues, publishers encode into the
//! outbox.
//!
//! Read in this order: [`shared`] (what outlives a connection), [`outbox`] and [`writer`], [`intake`] and [`reader`],
//! [`actor`] and what it does: [`dialling`], [`listening`], [`losing`], [`closing`].

mod actor;
mod admission;
mod attempt;
mod blocked;
mod closing;
mod deadline;
mod denial;
mod dial;
mod dialling;
mod drain;
mod entropy;
mod event;
mod event_log;
mod handle;
mod handover;
mod inlet;
mod inspect;
mod intake;
mod life;
mod link;
mod listening;
mod live;
mod lock;
mod login;
mod losing;
mod message;
mod outbound;
mod outbox;
mod pulse;
mod queue;
mod queue_report;
mod read_buffer;
mod reader;
mod reason;
mod reminder;
mod renewal;
mod requests;
mod shared;
mod state;
mod statistics;
mod task;
mod transport;
mod waiter;
mod watched;
mod writer;

pub use self::event::Event;
pub use self::event_log::Events;
pub use self::life::ConnectedServer;
pub use self::queue_report::SubscriptionStatistics;
pub use self::reason::{CloseReason, DisconnectCause, Failure};
pub use self::state::{ConnectionState, StateWatch};
pub use self::statistics::Statistics;
pub use self::transport::TlsState;

pub(crate) use self::closing::Ending;
pub(crate) use self::deadline::deadline_in;
pub(crate) use self::handle::ConnectionHandle;
pub(crate) use self::handover::Goal;
pub(crate) use self::life::EndReport;
pub(crate) use self::outbound::{Outbound, Refusal};
pub(crate) use self::queue::{End, Queue};
pub(crate) use self::reminder::PATIENT_FROM;
pub(crate) use self::requests::{Asked, Inbox, RequestRefusal};
pub(crate) use self::shared::Shared;
pub(crate) use self::task::Task;
pub(crate) use self::waiter::{Outcome, Waiter};
