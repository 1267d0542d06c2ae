//! What an application will be, and everything that is wrong with it, before anything connects; pure.
//!
//! One file for each kind of rule, each a function from the description to problems.

mod check;
mod consumers;
mod dependencies;
mod describe;
mod duplicates;
mod names;
mod problem;
mod streams;
mod subjects;
mod timeouts;

pub use self::describe::Plan;
pub use self::problem::{PlanError, Problem, ProblemKind};
