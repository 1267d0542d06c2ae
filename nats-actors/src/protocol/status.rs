//! The status that a server puts into the first line of a header block.

use std::fmt;

use super::decimal;

/// A three-digit code and its text: what a server says in a message of its own.
///
/// ```
/// # use nats_actors::protocol::{HeaderError, Headers, Status};
/// let (_, status) = Headers::decode(b"NATS/1.0 404 No Messages\r\n\r\n")?;
/// let status = status.expect("the block has one");
///
/// assert_eq!(status.code(), Status::NOT_FOUND);
/// assert_eq!(status.description(), "No Messages");
/// # Ok::<(), HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Status {
    code: u16,
    description: Box<str>,
}

impl Status {
    /// An idle heartbeat or a flow control request of a consumer; the description tells which.
    pub const CONTROL: u16 = 100;
    /// The end of a batch of direct gets.
    pub const END_OF_BATCH: u16 = 204;
    /// The server does not understand the request.
    pub const BAD_REQUEST: u16 = 400;
    /// There is no such message, or none is waiting.
    pub const NOT_FOUND: u16 = 404;
    /// A pull request expired.
    pub const REQUEST_TIMEOUT: u16 = 408;
    /// A pull request cannot be served any more; the description tells why.
    pub const CONFLICT: u16 = 409;
    /// A batch was refused because what it relies on changed.
    pub const PRECONDITION_FAILED: u16 = 412;
    /// A request asks for more than the server gives at once.
    pub const TOO_LARGE: u16 = 413;
    /// A pull request names a pin that is not the current one.
    pub const PIN_MISMATCH: u16 = 423;
    /// The server takes no more for now.
    pub const TOO_MANY_REQUESTS: u16 = 429;
    /// The server failed.
    pub const SERVER_ERROR: u16 = 500;
    /// No one was subscribed to the subject of a request.
    pub const NO_RESPONDERS: u16 = 503;

    /// The code: three digits.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The text behind the code; often empty. Bytes that are not UTF-8 read as U+FFFD.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Reads what follows the version; allocates if there is a description.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (code, description) = Self::split(text)?;
        Some(Self { code, description: String::from_utf8_lossy(description).into() })
    }

    /// Code and description of what follows the version, if it begins with blanks and three digits.
    pub(super) fn split(text: &[u8]) -> Option<(u16, &[u8])> {
        let trimmed = text.trim_ascii();
        let (code, behind) = trimmed.split_at_checked(3)?;
        let starts_blank = matches!(text.first(), Some(b' ' | b'\t'));
        let ends_blank = matches!(behind.first(), None | Some(b' ' | b'\t'));
        let code = decimal::parse(code).and_then(|code| u16::try_from(code).ok())?;
        (starts_blank && ends_blank).then(|| (code, behind.trim_ascii_start()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.code)?;
        if self.description.is_empty() { Ok(()) } else { write!(f, " {}", self.description) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: HDR-09
    #[test]
    fn a_status_displays_as_on_the_wire() {
        let displayed = |text: &[u8]| Status::parse(text).unwrap().to_string();

        assert_eq!(displayed(b" 503"), "503");
        assert_eq!(displayed(b" 100 Idle Heartbeat"), "100 Idle Heartbeat");
        assert_eq!(displayed(b" 001\t\xff"), "001 \u{fffd}");
    }
}
