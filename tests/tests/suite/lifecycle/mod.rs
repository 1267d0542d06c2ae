//! The life of a connection: servers that come and go, states, errors, and how it ends.

mod endings;
mod kit;
mod pool;
