//! This project's client with its default options.

mod measure;
mod memory;
mod publish;
mod receive;
mod reconnect;
mod request;

pub(crate) use measure::measure;
