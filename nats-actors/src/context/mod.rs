//! Contexts of the NATS CLI (ADR-21): named settings of a connection, kept in files.
//!
//! What `nats context add` has written, [`connect`] uses; [`Context`] is one such file, [`Contexts`] are all of a user.
//! [`Context::from_environment`] reads the variables that the CLI reads, and any configuration format of serde can hold
//! a context.

mod connect;
mod directory;
mod environment;
mod expand;
mod nsc;
mod options;
mod settings;
mod store;

pub use self::connect::connect;
pub use self::settings::Context;
pub use self::store::Contexts;
