//! The JetStream API as values: its subjects, envelope and number formats.
//!
//! Nothing here sends anything; [`request`](super::request) does.

mod envelope;
pub(crate) mod limit;
pub(crate) mod nanos;
mod subjects;
pub(crate) mod time;

pub(crate) use self::envelope::{ApiError, decode};
pub(crate) use self::subjects::{ApiPrefix, check_name};
