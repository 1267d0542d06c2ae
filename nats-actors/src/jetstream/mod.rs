//! Streams, consumers and acknowledgements.

mod api;
mod error;
mod error_code;

pub use self::error::Error;
pub use self::error::ErrorKind;
pub use self::error_code::ErrorCode;
