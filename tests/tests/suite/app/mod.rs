//! Applications, described and run.

mod drain;
mod ending;
mod environment;
mod kit;
mod plan;
mod process;
mod restart;
mod starting;
