//! Leaving a server before it leaves us.

mod cluster;
mod kit;
mod limits;
mod losses;
mod scripted;
