//! JSON, the default codec.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::traits::{CodecError, Decodes, Encodes};

/// JSON through serde.
///
/// An empty payload reads as `null`, and a type without content such as `()` is written as an
/// empty payload: a request that needs no payload is an empty message.
///
/// ```
/// use nats_actors::codec::{Decodes, Encodes, Json};
///
/// let mut out = Vec::new();
/// Json::encode(&vec![1, 2], &mut out)?;
/// let back: Vec<u32> = Json::decode(&out.into())?;
/// assert_eq!(back, [1, 2]);
/// # Ok::<(), nats_actors::codec::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Json;

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Decodes<T> for Json {
    fn decode(payload: &Bytes) -> Result<T, CodecError> {
        if payload.is_empty() {
            return serde_json::from_slice(b"null")
                .map_err(|_| CodecError::new("the payload is empty"));
        }
        serde_json::from_slice(payload).map_err(|error| CodecError::new(error.to_string()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Encodes<T> for Json {
    fn encode(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let start = out.len();
        serde_json::to_writer(&mut *out, value)
            .map_err(|error| CodecError::new(error.to_string()))?;
        if size_of_val(value) == 0 && out.get(start..) == Some(b"null") {
            out.truncate(start);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
        let mut out = b"kept ".to_vec();
        Json::encode(value, &mut out).unwrap();
        out.split_off(5)
    }

    #[test]
    fn nothing_is_an_empty_payload() {
        assert_eq!(encoded(&()), b"");
        assert_eq!(encoded(&Option::<u8>::None), b"null");
        assert_eq!(encoded(""), b"\"\"");
        assert_eq!(Json::decode(&Bytes::new()), Ok(()));
        assert_eq!(Json::decode(&Bytes::new()), Ok(Option::<u8>::None));
    }

    #[test]
    fn a_missing_payload_is_named() {
        let refused = <Json as Decodes<u8>>::decode(&Bytes::new());
        assert_eq!(refused, Err(CodecError::new("the payload is empty")));
    }
}
