//! The ways to a server.

mod kit;
mod stages;
mod tls;
mod tls_identity;
