//! Leaving a server before it leaves us.

mod kit;
mod scripted;
