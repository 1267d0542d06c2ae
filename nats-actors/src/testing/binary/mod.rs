//! Finds the nats-server binary, and installs it where there is none.

mod find;
mod install;
mod progress;
mod target;
mod version;

pub(super) use find::find;
