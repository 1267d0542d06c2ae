//! The floor: a blocking socket, bytes encoded beforehand, nothing parsed.

mod in_task;
mod measure;
mod publish;
mod receive;
mod request;

pub(crate) use in_task::request as request_in_task;
pub(crate) use measure::measure;
