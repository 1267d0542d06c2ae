//! Why bytes are not the NATS protocol.

use std::error::Error;
use std::fmt;

use super::excerpt::excerpt;

/// The peer sent bytes that are not the NATS protocol.
///
/// The stream cannot be read any further: where the next frame begins is unknown. `Display` names
/// the fault and quotes the first bytes of the frame, escaped.
#[derive(Clone, PartialEq, Eq)]
pub struct ProtocolError {
    inner: Box<Inner>,
}

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ProtocolErrorKind,
    excerpt: Box<str>,
}

/// What is wrong with the bytes of a [`ProtocolError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProtocolErrorKind {
    /// A frame begins with no operation that a server sends.
    UnknownOperation,
    /// An operation lacks an argument, has one too many, or has a number that is none or overflows.
    InvalidArguments,
    /// A message's headers are longer than its headers and payload together.
    HeaderLength,
    /// The bytes behind a payload are not a line end.
    MissingPayloadEnd,
    /// A control line is longer than [`DecodeLimits`](super::DecodeLimits) allow.
    ControlLineTooLong,
    /// A message announces more bytes than [`DecodeLimits`](super::DecodeLimits) allow.
    PayloadTooLarge,
    /// The argument of `INFO` is not the JSON object that it has to be.
    InvalidInfo,
}

impl ProtocolError {
    #[cold]
    pub(super) fn new(kind: ProtocolErrorKind, bytes: &[u8]) -> Self {
        Self { inner: Box::new(Inner { kind, excerpt: excerpt(bytes) }) }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ProtocolErrorKind {
        self.inner.kind
    }

    /// The first bytes of the offending frame, escaped; at most 64 of them.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.inner.excerpt
    }
}

impl Error for ProtocolError {}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in `{}`", self.inner.kind, self.inner.excerpt)
    }
}

impl fmt::Debug for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtocolError")
            .field("kind", &self.inner.kind)
            .field("excerpt", &self.inner.excerpt)
            .finish()
    }
}

impl fmt::Display for ProtocolErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownOperation => "unknown operation",
            Self::InvalidArguments => "invalid arguments",
            Self::HeaderLength => "headers longer than the message",
            Self::MissingPayloadEnd => "no line end behind the payload",
            Self::ControlLineTooLong => "control line too long",
            Self::PayloadTooLarge => "message too large",
            Self::InvalidInfo => "invalid server information",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_fault_and_quotes_the_bytes() {
        let error = ProtocolError::new(ProtocolErrorKind::InvalidArguments, b"MSG a\r\n");

        assert_eq!(error.to_string(), "invalid arguments in `MSG a\\r\\n`");
        assert_eq!(error.excerpt(), "MSG a\\r\\n");
        assert_eq!(size_of::<ProtocolError>(), size_of::<usize>());
    }
}
