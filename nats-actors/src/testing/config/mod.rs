//! What a server is started with, as a value.

mod render;
mod settings;
mod user;

pub(super) use render::{Place, Ports, Seat, render};
pub use settings::ServerConfig;
pub use user::User;
