//! Why a header, or a block of them, is not legal.

use std::error::Error;
use std::fmt;

use super::excerpt::excerpt;

/// A header that cannot be sent, or a header block that cannot be read.
///
/// It concerns one message only, never the connection. `Display` names the fault and quotes the
/// name, value or line at fault: at most 64 bytes of it, escaped.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderError {
    kind: HeaderErrorKind,
    excerpt: Box<str>,
}

/// What is wrong with a header or a header block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderErrorKind {
    /// A name is empty or holds anything but printable ASCII, or a colon.
    InvalidName,
    /// A value holds a carriage return or a line feed, which would begin another header.
    InvalidValue,
    /// A received value is not UTF-8.
    NotUtf8,
    /// A received line has no colon.
    MissingColon,
    /// A received block does not begin with `NATS/1.0`.
    MissingVersion,
    /// What follows the version is not a status of three digits.
    InvalidStatus,
    /// A received block ends before its blank line.
    Truncated,
}

impl HeaderError {
    #[cold]
    pub(super) fn new(kind: HeaderErrorKind, bytes: &[u8]) -> Self {
        Self { kind, excerpt: excerpt(bytes) }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> HeaderErrorKind {
        self.kind
    }
}

impl Error for HeaderError {}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.kind {
            HeaderErrorKind::InvalidName => "invalid header name",
            HeaderErrorKind::InvalidValue => "line break in header value",
            HeaderErrorKind::NotUtf8 => "header value is not UTF-8",
            HeaderErrorKind::MissingColon => "header line without a colon",
            HeaderErrorKind::MissingVersion => "header block without its version",
            HeaderErrorKind::InvalidStatus => "invalid status",
            HeaderErrorKind::Truncated => "header block without its end",
        };
        write!(f, "{fault} in `{}`", self.excerpt)
    }
}

impl fmt::Debug for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderError")
            .field("kind", &self.kind)
            .field("excerpt", &self.excerpt)
            .finish()
    }
}
