//! Codecs: how a payload becomes a value and a value a payload.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

/// A codec that can read a `T`.
///
/// Codecs carry the bound, payload types do not: one type may have several codecs, and an error
/// names both. Implement it for your own codec; a codec is a type without values.
///
/// ```
/// use bytes::Bytes;
/// use nats_actors::codec::{CodecError, Decodes, Encodes};
///
/// /// Numbers as text.
/// enum Decimal {}
///
/// impl Decodes<u64> for Decimal {
///     fn decode(payload: &Bytes) -> Result<u64, CodecError> {
///         let text = str::from_utf8(payload).map_err(|_| CodecError::new("not a number"))?;
///         text.parse().map_err(|_| CodecError::new("not a number"))
///     }
/// }
///
/// impl Encodes<u64> for Decimal {
///     fn encode(value: &u64, out: &mut Vec<u8>) -> Result<(), CodecError> {
///         out.extend_from_slice(value.to_string().as_bytes());
///         Ok(())
///     }
/// }
///
/// # fn main() -> Result<(), CodecError> {
/// let mut payload = Vec::new();
/// Decimal::encode(&42, &mut payload)?;
/// assert_eq!(Decimal::decode(&payload.into()), Ok(42));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be decoded by the `{Self}` codec, so it cannot be the payload of this handler",
    label = "not decodable by `{Self}`",
    note = "if this argument is an extractor, mark it #[extract]",
    note = "if it is the payload, derive serde::Deserialize (Json), or take `Raw` for its bytes"
)]
pub trait Decodes<T> {
    /// Reads a whole payload.
    ///
    /// # Errors
    ///
    /// [`CodecError`] if `payload` is not a `T`. Its text goes to the sender: say what is wrong,
    /// and nothing that the sender may not know.
    fn decode(payload: &Bytes) -> Result<T, CodecError>;
}

/// A codec that can write a `T`.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be encoded by the `{Self}` codec, so it cannot be sent",
    label = "not encodable by `{Self}`",
    note = "derive serde::Serialize (Json), or use `Raw` for bytes that are encoded already"
)]
pub trait Encodes<T: ?Sized> {
    /// Appends the encoded value to `out`.
    ///
    /// # Errors
    ///
    /// [`CodecError`] if the value has no form in this codec; `out` may then hold a part of it.
    fn encode(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError>;
}

/// Why a payload could not be decoded, or a value not be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    reason: String,
}

impl CodecError {
    /// An error with its text.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl StdError for CodecError {}
