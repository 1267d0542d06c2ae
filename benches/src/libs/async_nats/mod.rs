//! async-nats with its default options.

mod fanout;
mod measure;
mod memory;
mod publish;
mod receive;
mod reconnect;
mod request;

pub(crate) use measure::measure;
