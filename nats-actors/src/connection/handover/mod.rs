//! Make before break: moving to another server while the present one still serves.
//!
//! [`flow`] is the order of events; [`steps`] is what each of them changes, by the connection actor; [`passage`] leads
//! what goes out from one connection to the other, and [`merge`] makes one stream of what comes in on both.

mod content;
mod draining;
mod flow;
mod merge;
mod moving;
mod passage;
mod steps;

pub(crate) use self::flow::Goal;
pub(in crate::connection) use self::flow::Step;
pub(in crate::connection) use self::merge::{Merge, merge};
pub(in crate::connection) use self::moving::Moving;
pub(in crate::connection) use self::passage::Passage;
pub(in crate::connection) use self::steps::Handover;
