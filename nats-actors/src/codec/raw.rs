//! Payloads that no codec touches.

use bytes::Bytes;

use super::json::Json;
use super::traits::{CodecError, Decodes, Encodes};

/// A payload as its bytes: as an argument without a copy, as a reply without encoding.
///
/// A codec of your own takes part by implementing [`Decodes<Raw>`](Decodes) and
/// [`Encodes<Raw>`](Encodes).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Raw(Bytes);

impl Raw {
    /// Bytes that are sent as they are.
    #[must_use]
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self(payload.into())
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl AsRef<[u8]> for Raw {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Decodes<Raw> for Json {
    fn decode(payload: &Bytes) -> Result<Raw, CodecError> {
        Ok(Raw(payload.clone()))
    }
}

impl Encodes<Raw> for Json {
    fn encode(value: &Raw, out: &mut Vec<u8>) -> Result<(), CodecError> {
        out.extend_from_slice(&value.0);
        Ok(())
    }
}
