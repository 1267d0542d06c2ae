//! The comparison: who takes a turn when, and what the medians say.

mod child;
mod report;
mod turns;

pub(crate) use turns::compare;
