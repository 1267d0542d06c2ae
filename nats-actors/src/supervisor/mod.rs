//! Supervisors: actors that start, watch, restart and stop other actors, tasks and supervisors.
//!
//! A child is known by a [`ChildSpec`] and reached by a [`Slot`], which stays valid while one life of the child follows
//! another. The promises:
//!
//! * The next life of a child starts when nothing of the last one is left: its actor's task is over, its state and its
//!   mailbox have been dropped.
//! * A message that a slot accepted is handled once, or it is dropped with the mailbox of the life that crashed. A
//!   message that it did not accept comes back.
//! * A start that hangs, a stop that hangs or a child that panics delays no sibling that the strategy does not tie to it.
//! * [`drain`](SupervisorHandle::drain) returns by its deadline.
//!
//! This layer never runs code of a child inside the supervisor's actor, and names no other layer of the crate.
//!
//! ```
//! use std::time::Duration;
//!
//! use nats_actors::supervisor::{ChildSpec, Strategy, Supervisor, SupervisorOptions};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let root = Supervisor::start("app", Strategy::OneForOne, SupervisorOptions::new());
//! let beat = root.add(ChildSpec::task("heartbeat", |stop| async move {
//!     stop.stopped().await;
//!     Ok(())
//! }))?;
//!
//! assert_eq!(beat.wait_up(Duration::from_secs(5)).await?, 1);
//! assert!(root.drain(Duration::from_secs(5)).await.is_clean());
//! # Ok(())
//! # }
//! ```
//!
//! Read on: [`Supervisor`], [`ChildSpec`], [`Life`], [`Slot`], [`SupervisorHandle`].

mod actor;
mod body;
mod child;
mod core;
mod end;
mod error;
mod event;
mod exits;
mod gate;
mod handle;
mod history;
mod keeper;
mod life;
mod options;
mod publish;
mod report;
mod runner;
mod shared;
mod slot;
mod spec;
mod state;
mod status;
mod strategy;
mod sync;
mod timer;
mod undelivered;

pub use self::child::Child;
pub use self::error::{AddError, StartError};
pub use self::event::{Event, EventKind};
pub use self::handle::{Supervisor, SupervisorHandle};
pub use self::history::Events;
pub use self::life::{Life, StopSignal};
pub use self::options::{Backoff, SupervisorOptions};
pub use self::report::{ChildOutcome, ChildReport, DrainReport, EndCause, Ended};
pub use self::slot::Slot;
pub use self::spec::{AnySpec, ChildSpec};
pub use self::state::{ParkReason, SlotState};
pub use self::status::ChildStatus;
pub use self::strategy::{Exhausted, Restart, StopOrder, Strategy};
pub use self::undelivered::{CallError, NotUp, Undelivered};
