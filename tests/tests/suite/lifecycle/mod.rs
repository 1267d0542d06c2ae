//! The life of a connection: servers that come and go, states, errors, and how it ends.

mod buffer;
mod drains;
mod endings;
mod events;
mod info;
mod introduction;
pub(crate) mod kit;
mod last_words;
mod pool;
mod reconnects;
mod refusals;
mod server_errors;
mod statistics;
