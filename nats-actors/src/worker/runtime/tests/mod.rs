//! The pipeline in memory, with deliveries that note what is said about them.

mod bench;
mod handling;
mod ordering;
mod stopping;
