//! From bytes to what the server says.

use memchr::memchr;

use super::cursor::Cursor;
use super::error::ProtocolError;
use super::error::ProtocolErrorKind::{
    ControlLineTooLong, HeaderLength, InvalidArguments, MissingPayloadEnd, PayloadTooLarge,
    UnknownOperation,
};
use super::limits::DecodeLimits;
use super::message_head::{HMSG, MSG, MessageHead};
use super::server_frame::ServerFrame;

const LINE_END: &[u8] = b"\r\n";
const OPERATIONS: [&[u8]; 7] = [b"MSG", b"HMSG", b"PING", b"PONG", b"INFO", b"+OK", b"-ERR"];

/// What [`decode`] found at the beginning of the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decoded<'a> {
    /// One whole frame.
    Frame {
        /// The frame, borrowed from the buffer.
        frame: ServerFrame<'a>,
        /// How many bytes it takes, line ends included: the next frame begins behind them.
        len: usize,
    },
    /// The beginning of a frame.
    Incomplete {
        /// How many bytes the buffer must hold before it is worth calling again: exact once the
        /// control line is there, else one more than there are.
        need: usize,
    },
}

/// Reads one frame from the beginning of `buf`.
///
/// Operations may be in either case, arguments separated by any run of spaces and tabs. The payload
/// is not looked at. Nothing is allocated, unless for an error. The result for a buffer depends on
/// its bytes only, not on how they arrived.
///
/// # Errors
///
/// A [`ProtocolError`] if no continuation of `buf` can be a frame within `limits`. The header block
/// of a message is not checked here: a malformed one is an error of
/// [`Message::headers`](super::Message::headers).
#[inline]
pub fn decode<'a>(buf: &'a [u8], limits: &DecodeLimits) -> Result<Decoded<'a>, ProtocolError> {
    let head = match buf.first_chunk() {
        Some(b"MSG ") => MessageHead::read_plain(buf, MSG),
        Some(b"HMSG") if buf.get(4) == Some(&b' ') => MessageHead::read_plain(buf, HMSG),
        _ => None,
    };
    match head {
        Some(head) if head.body_offset <= limits.max_control_line => {
            decode_message(buf, head, limits)
        }
        _ => decode_any(buf, limits),
    }
}

#[inline]
fn decode_message<'a>(
    buf: &'a [u8],
    head: MessageHead<'a>,
    limits: &DecodeLimits,
) -> Result<Decoded<'a>, ProtocolError> {
    if head.header_len > head.total_len {
        return Err(ProtocolError::new(HeaderLength, buf));
    }
    if head.total_len > limits.max_payload {
        return Err(ProtocolError::new(PayloadTooLarge, buf));
    }
    let need = head.body_offset.saturating_add(head.total_len).saturating_add(LINE_END.len());
    let Some(rest) = buf.get(head.body_offset..need) else {
        return Ok(Decoded::Incomplete { need });
    };
    let Some(body) = rest.strip_suffix(LINE_END) else {
        return Err(ProtocolError::new(MissingPayloadEnd, buf));
    };
    Ok(Decoded::Frame { frame: ServerFrame::Msg(head.frame(body)), len: need })
}

/// The first line of a buffer.
struct ControlLine<'a> {
    /// The line without its end.
    text: &'a [u8],
    /// How many bytes the line takes with its end.
    len: usize,
}

fn control_line(buf: &[u8], limit: usize) -> Result<Option<ControlLine<'_>>, ProtocolError> {
    let window = limit.saturating_add(LINE_END.len());
    let Some(end) = memchr(b'\n', buf.get(..window).unwrap_or(buf)) else {
        let too_long = buf.len() >= window;
        return if too_long { Err(ProtocolError::new(ControlLineTooLong, buf)) } else { Ok(None) };
    };
    let text = buf.get(..end).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    Ok(Some(ControlLine { text, len: end + 1 }))
}

/// Reads every legal form of every operation.
#[inline(never)]
fn decode_any<'a>(buf: &'a [u8], limits: &DecodeLimits) -> Result<Decoded<'a>, ProtocolError> {
    if buf.is_empty() {
        return Ok(Decoded::Incomplete { need: 1 });
    }
    let Some(operation) = OPERATIONS.into_iter().find(|operation| may_be(buf, operation)) else {
        return Err(ProtocolError::new(UnknownOperation, buf));
    };
    let limit = if operation == b"INFO" { limits.max_info } else { limits.max_control_line };
    let Some(line) = control_line(buf, limit)? else {
        return Ok(Decoded::Incomplete { need: buf.len().saturating_add(1) });
    };
    let message = match operation {
        b"MSG" => MSG,
        b"HMSG" => HMSG,
        _ => return decode_line(&line, operation).ok_or_else(|| invalid_arguments(buf)),
    };
    let head = MessageHead::read(line.text, message, line.len);
    decode_message(buf, head.ok_or_else(|| invalid_arguments(buf))?, limits)
}

fn invalid_arguments(buf: &[u8]) -> ProtocolError {
    ProtocolError::new(InvalidArguments, buf)
}

/// Reads an operation that is one line.
fn decode_line<'a>(line: &ControlLine<'a>, operation: &[u8]) -> Option<Decoded<'a>> {
    let arguments = Cursor::new(line.text, operation.len()).rest();
    let frame = match operation {
        b"INFO" => ServerFrame::Info(arguments),
        b"-ERR" => ServerFrame::Err(arguments),
        b"PING" if arguments.is_empty() => ServerFrame::Ping,
        b"PONG" if arguments.is_empty() => ServerFrame::Pong,
        b"+OK" if arguments.is_empty() => ServerFrame::Ok,
        _ => return None,
    };
    Some(Decoded::Frame { frame, len: line.len })
}

/// Whether `buf` begins with `operation`, or might once more of it is there.
fn may_be(buf: &[u8], operation: &[u8]) -> bool {
    let (word, rest) = buf.split_at_checked(operation.len()).unwrap_or((buf, b""));
    let same = operation.get(..word.len()).is_some_and(|op| op.eq_ignore_ascii_case(word));
    same && !word.is_empty() && matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}
