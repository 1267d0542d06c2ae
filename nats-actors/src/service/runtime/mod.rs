//! The running half of a service: supervised actors on a connection.
//!
//! ```text
//! orders (rest_for_one)
//! ├─ state                calls the factory
//! ├─ endpoints (one_for_one)
//! │   └─ Endpoint × n     an actor for control; a pump task with the requests
//! └─ monitor              an actor: PING, INFO and STATS
//! ```
//!
//! The monitor comes last, so that nobody finds a service that does not answer yet, and goes first when the service
//! drains. A request never passes through a mailbox.
//!
//! Reading order: [`start`] and [`child`], [`ServiceOptions`], [`RunningService`], [`ServiceHandle`],
//! [`EndpointHandle`].

mod blueprint;
mod check;
mod counters;
mod desk;
mod endpoint;
mod error;
mod fault_cell;
mod handle;
mod holder;
mod lock;
mod monitor;
mod nanoseconds;
mod options;
mod refusal;
mod report;
mod roster;
mod running;
mod start;
mod time_text;
mod tree;

pub use self::error::{Error, ErrorKind};
pub use self::handle::{EndpointHandle, ServiceHandle};
pub use self::options::ServiceOptions;
pub use self::report::{EndpointInfo, EndpointStats, InfoReport, PingReport, StatsReport};
pub use self::running::{DrainReport, RunningService};
pub use self::start::{child, child_and_handle, start};
