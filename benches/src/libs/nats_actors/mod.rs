//! This project's client with its default options.

mod measure;
mod publish;
mod receive;
mod request;

pub(crate) use measure::measure;
