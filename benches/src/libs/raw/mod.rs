//! The floor: a blocking socket, bytes encoded beforehand, nothing parsed.

mod measure;
mod publish;
mod receive;
mod request;

pub(crate) use measure::measure;
