//! How a value becomes a payload and a payload a value.
//!
//! [`Json`] is the default everywhere. A codec of your own is a type that implements [`Encodes`] and [`Decodes`].

mod json;
mod message;
mod raw;
mod traits;

pub use self::json::Json;
pub use self::raw::Raw;
pub use self::traits::{CodecError, Decodes, Encodes};
