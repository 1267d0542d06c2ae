//! What the examples share: a NATS server to run on.

mod nats_server;

pub use self::nats_server::NatsServer;
