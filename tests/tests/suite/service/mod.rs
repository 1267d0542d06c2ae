//! Services against a real server.

mod calls;
mod deadlines;
mod demo;
mod drain;
mod failures;
mod golden;
mod kit;
mod life;
mod limits;
mod monitor;
mod start;
mod stats;
