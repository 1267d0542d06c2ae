//! What can be sent as a payload.

use bytes::Bytes;

/// The bytes of a message to be sent: borrowed for the call, or shared.
///
/// Small payloads are copied into the outgoing buffer either way. [`Shared`](Self::Shared) spares
/// large ones that copy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// Bytes that the caller keeps.
    Borrowed(&'a [u8]),
    /// Bytes that may be kept without a copy.
    Shared(Bytes),
}

impl Payload<'_> {
    /// The bytes.
    #[must_use]
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }

    /// The bytes, to keep; copies them if they are borrowed.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Borrowed(bytes) => Bytes::copy_from_slice(bytes),
            Self::Shared(bytes) => bytes,
        }
    }

    /// How many bytes there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there are no bytes.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

impl From<()> for Payload<'_> {
    fn from((): ()) -> Self {
        Self::Borrowed(&[])
    }
}

impl<'a> From<&'a [u8]> for Payload<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Borrowed(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Payload<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Borrowed(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Payload<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Borrowed(bytes)
    }
}

impl<'a> From<&'a str> for Payload<'a> {
    fn from(text: &'a str) -> Self {
        Self::Borrowed(text.as_bytes())
    }
}

impl<'a> From<&'a String> for Payload<'a> {
    fn from(text: &'a String) -> Self {
        Self::Borrowed(text.as_bytes())
    }
}

impl From<&Bytes> for Payload<'_> {
    fn from(bytes: &Bytes) -> Self {
        Self::Shared(bytes.clone())
    }
}

impl From<Bytes> for Payload<'_> {
    fn from(bytes: Bytes) -> Self {
        Self::Shared(bytes)
    }
}

impl From<Vec<u8>> for Payload<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Shared(bytes.into())
    }
}

impl From<String> for Payload<'_> {
    fn from(text: String) -> Self {
        Self::Shared(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_gives_its_bytes() {
        let (text, vec, shared) =
            (String::from("abc"), b"abc".to_vec(), Bytes::from_static(b"abc"));
        let payloads: [Payload<'_>; 10] = [
            "abc".into(),
            b"abc".into(),
            b"abc"[..].into(),
            (&text).into(),
            (&vec).into(),
            (&shared).into(),
            text.clone().into(),
            vec.clone().into(),
            shared.clone().into(),
            Payload::Borrowed(b"abc"),
        ];
        for payload in payloads {
            assert_eq!((payload.as_slice(), payload.len()), (&b"abc"[..], 3));
            assert_eq!(payload.into_bytes(), shared);
        }
        assert!(Payload::from(()).is_empty());
    }

    // spec: PUB-12
    #[test]
    fn what_is_shared_is_not_copied() {
        let shared = Bytes::from_static(b"abc");

        assert_eq!(Payload::from(&shared).into_bytes().as_ptr(), shared.as_ptr());
        let vec = b"abc".to_vec();
        let at = vec.as_ptr();
        assert_eq!(Payload::from(vec).into_bytes().as_ptr(), at);
    }
}
