//! From bytes to what the server says.

use memchr::memchr;

use super::cursor::Cursor;
use super::error::ProtocolErrorKind::{
    ControlLineTooLong, HeaderLength, InvalidArguments, MissingPayloadEnd, PayloadTooLarge,
    UnknownOperation,
};
use super::error::{ProtocolError, ProtocolErrorKind};
use super::limits::DecodeLimits;
use super::server_frame::{MsgFrame, ServerFrame};

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
    match buf.first_chunk::<4>() {
        Some(b"MSG ") => decode_message(buf, Operation { len: 3, has_headers: false }, limits),
        Some(b"HMSG") if matches!(buf.get(4), Some(b' ')) => {
            decode_message(buf, Operation { len: 4, has_headers: true }, limits)
        }
        _ => decode_any(buf, limits),
    }
}

/// The two operations that carry a payload.
#[derive(Clone, Copy)]
struct Operation {
    len: usize,
    has_headers: bool,
}

#[inline]
fn decode_message<'a>(
    buf: &'a [u8],
    operation: Operation,
    limits: &DecodeLimits,
) -> Result<Decoded<'a>, ProtocolError> {
    let Some(line) = control_line(buf, limits.max_control_line)? else {
        return Ok(Decoded::Incomplete { need: buf.len().saturating_add(1) });
    };
    let fail = |kind| ProtocolError::new(kind, buf);
    let head = MessageHead::read(line.text, operation).ok_or_else(|| fail(InvalidArguments))?;
    if head.header_len > head.total_len {
        return Err(fail(HeaderLength));
    }
    if head.total_len > limits.max_payload {
        return Err(fail(PayloadTooLarge));
    }
    let body_end = line.len.saturating_add(head.total_len);
    let need = body_end.saturating_add(LINE_END.len());
    let Some(rest) = buf.get(line.len..need) else {
        return Ok(Decoded::Incomplete { need });
    };
    let Some(body) = rest.strip_suffix(LINE_END) else {
        return Err(fail(MissingPayloadEnd));
    };
    Ok(Decoded::Frame { frame: ServerFrame::Msg(head.frame(body, line.len)), len: need })
}

/// The arguments of `MSG` and `HMSG`.
struct MessageHead<'a> {
    subject: &'a [u8],
    subject_offset: usize,
    sid: u64,
    reply: Option<&'a [u8]>,
    reply_offset: usize,
    header_len: usize,
    total_len: usize,
}

impl<'a> MessageHead<'a> {
    #[inline]
    fn read(line: &'a [u8], operation: Operation) -> Option<Self> {
        let mut cursor = Cursor::new(line, operation.len);
        let subject_offset = cursor.skip_blanks();
        let subject = cursor.word()?;
        let sid = cursor.number()?;
        let reply_offset = cursor.skip_blanks();
        // Only what follows tells whether a number is a length or a reply subject of digits.
        if let Some((header_len, total_len)) = lengths(cursor, operation) {
            let (reply, reply_offset) = (None, 0);
            return Some(Self {
                subject,
                subject_offset,
                sid,
                reply,
                reply_offset,
                header_len,
                total_len,
            });
        }
        let reply = Some(cursor.word()?);
        let (header_len, total_len) = lengths(cursor, operation)?;
        Some(Self { subject, subject_offset, sid, reply, reply_offset, header_len, total_len })
    }

    #[inline]
    fn frame(self, body: &'a [u8], body_offset: usize) -> MsgFrame<'a> {
        MsgFrame {
            sid: self.sid,
            subject: self.subject,
            reply: self.reply,
            body,
            header_len: self.header_len,
            subject_offset: self.subject_offset,
            reply_offset: self.reply_offset,
            body_offset,
        }
    }
}

/// The lengths that end the line: of the headers, and of headers and payload together.
#[inline]
fn lengths(mut cursor: Cursor<'_>, operation: Operation) -> Option<(usize, usize)> {
    let header_len = if operation.has_headers { cursor.length()? } else { 0 };
    let total_len = cursor.length()?;
    cursor.end()?;
    Some((header_len, total_len))
}

/// The first line of a buffer.
struct ControlLine<'a> {
    /// The line without its end.
    text: &'a [u8],
    /// How many bytes the line takes with its end.
    len: usize,
}

#[inline]
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

/// Reads what the fast path of [`decode`] does not recognise at a glance.
#[inline(never)]
fn decode_any<'a>(buf: &'a [u8], limits: &DecodeLimits) -> Result<Decoded<'a>, ProtocolError> {
    let Some(operation) = OPERATIONS.into_iter().find(|operation| may_be(buf, operation)) else {
        if buf.is_empty() {
            return Ok(Decoded::Incomplete { need: 1 });
        }
        return Err(ProtocolError::new(UnknownOperation, buf));
    };
    match operation {
        b"MSG" => decode_message(buf, Operation { len: 3, has_headers: false }, limits),
        b"HMSG" => decode_message(buf, Operation { len: 4, has_headers: true }, limits),
        b"INFO" => decode_line(buf, operation, limits.max_info),
        _ => decode_line(buf, operation, limits.max_control_line),
    }
}

fn decode_line<'a>(
    buf: &'a [u8],
    operation: &[u8],
    limit: usize,
) -> Result<Decoded<'a>, ProtocolError> {
    let Some(line) = control_line(buf, limit)? else {
        return Ok(Decoded::Incomplete { need: buf.len().saturating_add(1) });
    };
    let fail = |kind: ProtocolErrorKind| Err(ProtocolError::new(kind, buf));
    let arguments = Cursor::new(line.text, operation.len()).rest();
    let frame = match operation {
        b"INFO" => ServerFrame::Info(arguments),
        b"-ERR" => ServerFrame::Err(arguments),
        _ if !arguments.is_empty() => return fail(InvalidArguments),
        b"PING" => ServerFrame::Ping,
        b"PONG" => ServerFrame::Pong,
        b"+OK" => ServerFrame::Ok,
        _ => return fail(UnknownOperation),
    };
    Ok(Decoded::Frame { frame, len: line.len })
}

/// Whether `buf` begins with `operation`, or might once more of it is there.
fn may_be(buf: &[u8], operation: &[u8]) -> bool {
    let (word, rest) = buf.split_at_checked(operation.len()).unwrap_or((buf, b""));
    let same = operation.get(..word.len()).is_some_and(|op| op.eq_ignore_ascii_case(word));
    same && !word.is_empty() && matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}
