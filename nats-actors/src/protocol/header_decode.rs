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

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(block: &str) -> (Vec<(String, String)>, Option<Status>) {
        let (headers, status) = Headers::decode(block.as_bytes()).unwrap();
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        (headers.iter().map(owned).collect(), status)
    }

    fn value(block: &str) -> String {
        let (headers, _) = decode(block);
        headers.into_iter().next().unwrap().1
    }

    // spec: A04-06
    #[test]
    fn blanks_around_a_value_are_dropped_and_an_empty_value_is_kept() {
        assert_eq!(value("NATS/1.0\r\nK:v\r\n\r\n"), "v");
        assert_eq!(value("NATS/1.0\r\nK:   v\r\n\r\n"), "v");
        assert_eq!(value("NATS/1.0\r\nK:\t v w \t\r\n\r\n"), "v w");
        assert_eq!(value("NATS/1.0\r\nK:\r\n\r\n"), "");
        assert_eq!(value("NATS/1.0\r\nK: a: b\r\n\r\n"), "a: b");
        assert_eq!(value("NATS/1.0\r\nK: grüße\r\n\r\n"), "grüße");
    }

    // spec: A04-03, A04-07
    #[test]
    fn order_and_repetition_are_kept() {
        let (headers, _) = decode("NATS/1.0\r\nB: 1\r\nA: 2\r\nB: 3\r\n\r\n");
        let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["B", "A", "B"]);
    }

    // spec: W-19, HDR-08
    #[test]
    fn a_status_is_a_code_with_or_without_a_description() {
        let status = |line: &str| {
            let status = decode(&format!("{line}\r\n\r\n")).1;
            status.map(|status| (status.code(), status.description().to_owned()))
        };
        assert_eq!(status("NATS/1.0"), None);
        assert_eq!(status("NATS/1.0 "), None);
        assert_eq!(status("NATS/1.0 503"), Some((503, String::new())));
        assert_eq!(status("NATS/1.0  503 "), Some((503, String::new())));
        assert_eq!(status("NATS/1.0 100 Idle Heartbeat"), Some((100, "Idle Heartbeat".to_owned())));
    }

    // spec: HDR-08, A04-09
    #[test]
    fn a_status_and_headers_come_together_and_apart() {
        let (headers, status) = decode("NATS/1.0 100 Idle\r\nStatus: mine\r\n\r\n");
        assert_eq!(headers, [("Status".to_owned(), "mine".to_owned())]);
        assert_eq!(status.unwrap().code(), 100);
    }

    // spec: W-20
    #[test]
    fn what_breaks_a_rule_is_an_error_that_names_it() {
        let cases: [(&[u8], HeaderErrorKind); 14] = [
            (b"NATS/1.0\r\nK: \xff\xfe\r\n\r\n", NotUtf8),
            (b"NATS/1.0\r\na b: c\r\n\r\n", InvalidName),
            (b"NATS/1.0\r\nna\xc3\xafve: c\r\n\r\n", InvalidName),
            (b"NATS/1.0\r\n: c\r\n\r\n", InvalidName),
            (b"NATS/1.0\r\nno colon\r\n\r\n", MissingColon),
            (b"NATS/1.0\r\nK: a\rb\r\n\r\n", InvalidValue),
            (b"NATS/1.0 9x9\r\n\r\n", HeaderErrorKind::InvalidStatus),
            (b"NATS/1.0 5033\r\n\r\n", HeaderErrorKind::InvalidStatus),
            (b"NATS/1.0 50\r\n\r\n", HeaderErrorKind::InvalidStatus),
            (b"NATS/1.0503\r\n\r\n", MissingVersion),
            (b"NATS/2.0\r\n\r\n", MissingVersion),
            (b"", MissingVersion),
            (b"NATS/1.0\r\n", Truncated),
            (b"NATS/1.0\r\nK: v", Truncated),
        ];
        for (block, kind) in cases {
            let error = Headers::decode(block).unwrap_err();
            assert_eq!(error.kind(), kind, "{}", block.escape_ascii());
        }
    }

    // spec: W-20, HDR-02
    #[test]
    fn a_lossy_reading_keeps_what_is_legal() {
        let block = b"NATS/1.0 9x9\r\nA: 1\r\nno colon\r\na b: 2\r\nB: \xff\r\nC: x\ry\r\nD: 4";
        let (headers, status) = Headers::decode_lossy(block);
        let expected = [("A", "1"), ("B", "\u{fffd}"), ("C", "x y"), ("D", "4")];
        assert_eq!(headers.iter().collect::<Vec<_>>(), expected);
        assert_eq!(status, None);
    }

    #[test]
    fn both_readings_of_a_status_agree() {
        for line in ["", " ", " 503", " 503 Why", " 9x9", "503", "\t408", " 1", "x"] {
            let block = format!("NATS/1.0{line}\r\n\r\n");
            let decoded = Headers::decode(block.as_bytes()).ok().and_then(|(_, status)| status);
            assert_eq!(block_status(block.as_bytes()), decoded, "{line:?}");
            assert_eq!(status_code(block.as_bytes()), decoded.map(|status| status.code()));
        }
    }
}
