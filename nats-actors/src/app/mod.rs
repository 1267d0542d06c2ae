//! Applications: services, consumers and tasks on one connection, planned, supervised and drained.
//!
//! An [`App`] is a description. Its [`plan`](App::plan) finds everything that is wrong before anything connects;
//! [`start`](App::start) makes it [`Running`]; [`run`](App::run) and [`main`](App::main) also listen to signals.
//!
//! What a service, a consumer or a task needs are the parameters of the function that makes it, found by their types
//! among the values that were [provided](App::provide). The [`Client`](crate::Client) and its
//! [`JetStream`](crate::jetstream::JetStream) are always there.
//!
//! ```text
//! app (rest_for_one)
//! ├─ connection
//! ├─ infra (one_for_one)
//! └─ groups (as `App::supervise` says)
//!     ├─ service × n
//!     ├─ consumer × n
//!     ├─ task × n
//!     └─ group × n (each as `Group::supervise` says)
//! ```
//!
//! A lost connection restarts nothing: the client looks for another one. When it gives up, the application ends.

mod arguments;
mod builder;
mod connection;
mod deps;
mod error;
mod exit;
mod group;
mod log;
mod part;
mod plan;
mod provision;
mod run;
mod running;
mod signals;
mod start;
mod status;
mod supervise;
mod task;
mod tree;

pub use self::arguments::{Arguments, Factory, Task};
pub use self::builder::App;
pub use self::connection::IntoConnect;
pub use self::deps::{Dependency, Deps};
pub use self::error::{AppError, AppErrorKind};
pub use self::exit::{Exit, ExitReport};
pub use self::group::Group;
pub use self::plan::{Plan, PlanError, Problem, ProblemKind};
pub use self::running::Running;
pub use self::status::{Health, Phase, Status};
pub use self::supervise::Supervise;
pub use self::task::{TaskContext, TaskError, TaskOutcome, TaskRun};
