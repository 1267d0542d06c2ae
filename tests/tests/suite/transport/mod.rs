//! The ways to a server.

mod connector;
pub(crate) mod kit;
mod proxy;
mod stages;
mod system_roots;
mod tcp;
mod tls;
mod tls_identity;
mod websocket;
mod websocket_frames;
mod writes;
