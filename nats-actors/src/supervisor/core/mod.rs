//! The decisions of a supervisor, without time, tasks or actors: what happened goes in, what to do comes out.
//!
//! Every method takes `now`, the time since the supervisor started. Call one for each thing that happened, then carry
//! out [`take_actions`](Core::take_actions) in order and come back at [`next_timeout`](Core::next_timeout). A life that
//! was started must be reported [`ended`](Core::ended) once and last, when nothing of it is left; this alone is what
//! keeps two lives of one child apart.

mod action;
mod budget;
mod child;
mod closing;
mod machine;
mod settle;
#[cfg(test)]
mod tests;

pub(super) use self::action::{Action, ChildEnd, Exit, Note, Parked, View};
pub(super) use self::child::{ChildId, Policy};
pub(super) use self::closing::Closing;
pub(super) use self::machine::{Core, Moment};
