//! From a header block to headers and status.

use memchr::memchr;

use super::header_error::HeaderErrorKind::{
    InvalidName, InvalidValue, MissingColon, MissingVersion, NotUtf8, Truncated,
};
use super::header_error::{HeaderError, HeaderErrorKind};
use super::headers::{Headers, VERSION, is_name, is_value};
use super::status::Status;

impl Headers {
    /// Reads a block, from the version line to the blank line; what follows that is ignored.
    ///
    /// Blanks at both ends of a value are dropped, an empty value is kept.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] for the first line that breaks a rule. To read what can be read of such a
    /// block, see [`decode_lossy`](Self::decode_lossy).
    pub fn decode(block: &[u8]) -> Result<(Self, Option<Status>), HeaderError> {
        let (first, mut rest) =
            next_line(block).ok_or_else(|| HeaderError::new(MissingVersion, block))?;
        let status = status(first)?;
        let mut headers = Self::with_capacity(rest.len());
        loop {
            let (line, behind) =
                next_line(rest).ok_or_else(|| HeaderError::new(Truncated, rest))?;
            if line.is_empty() {
                return Ok((headers, status));
            }
            let (name, value) = header(line)?;
            headers.push(name, value);
            rest = behind;
        }
    }

    /// Reads what can be read of a block.
    ///
    /// Lines that break a rule of names are skipped, invalid UTF-8 in values is replaced by
    /// U+FFFD, a carriage return in a value by a blank, and a malformed status is left out.
    #[must_use]
    pub fn decode_lossy(block: &[u8]) -> (Self, Option<Status>) {
        let (first, mut rest) = next_line(block).unwrap_or((block, b""));
        let mut headers = Self::new();
        while !rest.is_empty() {
            let (line, behind) = next_line(rest).unwrap_or((rest, b""));
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = split_header(line) {
                let value = String::from_utf8_lossy(value).replace('\r', " ");
                // Both parts may still be illegal: then the line is one of those skipped.
                let _ = str::from_utf8(name).map(|name| headers.append(name, value));
            }
            rest = behind;
        }
        (headers, status(first).unwrap_or_default())
    }
}

/// The status code in the first line of `block`, read without an allocation.
pub(super) fn status_code(block: &[u8]) -> Option<u16> {
    // Most blocks have no status, and then the line end follows the version at once.
    let behind = block.strip_prefix(VERSION.as_bytes())?;
    if behind.first().is_none_or(|byte| *byte == b'\r') {
        return None;
    }
    let (line, _) = next_line(behind)?;
    Status::split(line).map(|(code, _)| code)
}

/// The status in the first line of `block`, if there is a legal one.
pub(super) fn block_status(block: &[u8]) -> Option<Status> {
    status_code(block)?;
    next_line(block).and_then(|(line, _)| status(line).ok().flatten())
}

/// The line that `text` begins with, without its end, and what follows.
fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (line, rest) = text.split_at_checked(memchr(b'\n', text)?)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..)?))
}

fn status(line: &[u8]) -> Result<Option<Status>, HeaderError> {
    let fail = |kind| HeaderError::new(kind, line);
    let behind = line.strip_prefix(VERSION.as_bytes()).ok_or_else(|| fail(MissingVersion))?;
    if !matches!(behind.first(), None | Some(b' ' | b'\t')) {
        return Err(fail(MissingVersion));
    }
    if behind.trim_ascii().is_empty() {
        return Ok(None);
    }
    let status = Status::parse(behind).ok_or_else(|| fail(HeaderErrorKind::InvalidStatus))?;
    Ok(Some(status))
}

fn header(line: &[u8]) -> Result<(&str, &str), HeaderError> {
    let fail = |kind| HeaderError::new(kind, line);
    let (name, value) = split_header(line).ok_or_else(|| fail(MissingColon))?;
    if !is_name(name) {
        return Err(fail(InvalidName));
    }
    if !is_value(value) {
        return Err(fail(InvalidValue));
    }
    let name = str::from_utf8(name).map_err(|_| fail(InvalidName))?;
    let value = str::from_utf8(value).map_err(|_| fail(NotUtf8))?;
    Ok((name, value.trim_matches([' ', '\t'])))
}

/// Name and value of a line that has a colon.
fn split_header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = line.split_at_checked(memchr(b':', line)?)?;
    Some((name, value.get(1..)?))
}
