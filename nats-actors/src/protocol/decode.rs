//! From bytes to what the server says.

use memchr::memchr;

use super::cursor::Cursor;
use super::error::ProtocolErrorKind::{
    ControlLineTooLong, HeaderLength, InvalidArguments, MissingPayloadEnd, PayloadTooLarge,
    UnknownOperation,
};
use super::error::{ProtocolError, ProtocolErrorKind};
use super::limits::DecodeLimits;
use super::message_head::{HMSG, MSG, MessageHead};
use super::server_frame::ServerFrame;

const LINE_END: &[u8] = b"\r\n";
const OPERATIONS: [&[u8]; 7] = [b"MSG", b"HMSG", b"PING", b"PONG", b"INFO", b"+OK", b"-ERR"];

/// What [`decode()`] found at the beginning of the buffer.
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
#[inline(always)]
pub fn decode<'a>(buf: &'a [u8], limits: &DecodeLimits) -> Result<Decoded<'a>, ProtocolError> {
    if let Some(b"MSG ") = buf.first_chunk()
        && let Some(head) = MessageHead::read_plain(buf, MSG)
        && head.body_offset <= limits.max_control_line
    {
        return decode_message(buf, head, limits);
    }
    decode_other(buf, limits)
}

/// Reads everything but the plain form of `MSG`, which is in line where it is used.
#[inline(never)]
fn decode_other<'a>(buf: &'a [u8], limits: &DecodeLimits) -> Result<Decoded<'a>, ProtocolError> {
    if buf.starts_with(b"HMSG ")
        && let Some(head) = MessageHead::read_plain(buf, HMSG)
        && head.body_offset <= limits.max_control_line
    {
        return decode_message(buf, head, limits);
    }
    decode_any(buf, limits)
}

#[inline(always)]
fn decode_message<'a>(
    buf: &'a [u8],
    head: MessageHead<'a>,
    limits: &DecodeLimits,
) -> Result<Decoded<'a>, ProtocolError> {
    if head.header_len > head.total_len {
        return Err(fault(HeaderLength, buf));
    }
    if head.total_len > limits.max_payload {
        return Err(fault(PayloadTooLarge, buf));
    }
    let need = head.body_offset.saturating_add(head.total_len).saturating_add(LINE_END.len());
    let Some(rest) = buf.get(head.body_offset..need) else {
        return Ok(Decoded::Incomplete { need });
    };
    let Some(body) = rest.strip_suffix(LINE_END) else {
        return Err(fault(MissingPayloadEnd, buf));
    };
    Ok(Decoded::Frame { frame: ServerFrame::Msg(head.frame(body)), len: need })
}

#[cold]
fn fault(kind: ProtocolErrorKind, buf: &[u8]) -> ProtocolError {
    ProtocolError::new(kind, buf)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::MsgFrame;

    fn whole(text: &str) -> ServerFrame<'_> {
        match decode(text.as_bytes(), &DecodeLimits::default()) {
            Ok(Decoded::Frame { frame, len }) if len == text.len() => frame,
            other => panic!("{text:?} gives {other:?}"),
        }
    }

    fn message(text: &str) -> MsgFrame<'_> {
        match whole(text) {
            ServerFrame::Msg(message) => message,
            other => panic!("{text:?} gives {other:?}"),
        }
    }

    fn need(text: &str) -> usize {
        match decode(text.as_bytes(), &DecodeLimits::default()) {
            Ok(Decoded::Incomplete { need }) => need,
            other => panic!("{text:?} gives {other:?}"),
        }
    }

    fn fault(text: &str, limits: &DecodeLimits) -> ProtocolErrorKind {
        decode(text.as_bytes(), limits).expect_err(text).kind()
    }

    // spec: TRN-14, W-08
    #[test]
    fn operations_without_a_body_are_read_in_either_case() {
        assert_eq!(whole("PING\r\n"), ServerFrame::Ping);
        assert_eq!(whole("pong \t\r\n"), ServerFrame::Pong);
        assert_eq!(whole("+ok\r\n"), ServerFrame::Ok);
        assert_eq!(whole("INFO {\"a\": 1} \r\n"), ServerFrame::Info(b"{\"a\": 1}"));
        assert_eq!(whole("-ERR\t'Stale Connection'\r\n"), ServerFrame::Err(b"'Stale Connection'"));
        assert_eq!(whole("-ERR\r\n"), ServerFrame::Err(b""));
    }

    // spec: W-07, W-08, TRN-14
    #[test]
    fn every_form_of_a_message_gives_the_same_parts() {
        for text in [
            "MSG a.b 7 reply 3\r\nxyz\r\n",
            "msg a.b 7 reply 3\r\nxyz\r\n",
            "MSG\ta.b  7\t \treply   3\t\r\nxyz\r\n",
            "MSG a.b 0000000000000000007 reply 003\r\nxyz\r\n",
            "MSG a.b 7 reply 3\nxyz\r\n",
        ] {
            let message = message(text);
            assert_eq!((message.subject, message.sid), (&b"a.b"[..], 7), "{text:?}");
            assert_eq!(message.reply, Some(&b"reply"[..]), "{text:?}");
            assert_eq!((message.headers(), message.payload()), (&b""[..], &b"xyz"[..]), "{text:?}");
            assert_eq!(text.get(message.reply_offset..).unwrap().get(..5), Some("reply"));
        }
    }

    // spec: W-07
    #[test]
    fn headers_and_payload_are_cut_by_their_lengths() {
        let block = "NATS/1.0\r\nA: 1\r\n\r\n";
        for (operation, reply) in [("HMSG", ""), ("hmsg", ""), ("HMSG", "r "), ("HMSG", "12 ")] {
            let text = format!("{operation} a 1 {reply}18 21\r\n{block}xyz\r\n");
            let message = message(&text);
            assert_eq!((message.headers(), message.payload()), (block.as_bytes(), &b"xyz"[..]));
            assert_eq!(message.reply.map_or(0, <[u8]>::len), reply.trim().len(), "{text:?}");
        }
        assert_eq!(message("HMSG a 1 0 0\r\n\r\n").body, b"");
    }

    #[test]
    fn a_reply_subject_may_be_a_number() {
        assert_eq!(message("MSG a 1 2 3\r\nxyz\r\n").reply, Some(&b"2"[..]));
        assert_eq!(message("MSG a 1 99999999999999999999 0\r\n\r\n").sid, 1);
        assert_eq!(message("MSG 1 1 0\r\n\r\n").subject, b"1");
    }

    // spec: W-07, W-24, TRN-15
    #[test]
    fn a_payload_may_hold_anything() {
        assert_eq!(message("MSG привет 1 8\r\n\r\nPING\r\n\r\n").payload(), b"\r\nPING\r\n");
        assert_eq!(message("MSG a 1 1\r\n\0\r\n").payload(), b"\0");
        assert_eq!(message("MSG a 1 0\r\n\r\n").payload(), b"");
    }

    #[test]
    fn the_frame_tells_where_its_parts_lie() {
        let text = "MSG a.b 7 reply 3\r\nxyz\r\n";
        let message = message(text);
        let at = |offset: usize, len: usize| text.get(offset..offset + len);

        assert_eq!(at(message.subject_offset, 3), Some("a.b"));
        assert_eq!(at(message.reply_offset, 5), Some("reply"));
        assert_eq!(at(message.body_offset, 3), Some("xyz"));
        assert_eq!(message.end_offset(), text.len() - LINE_END.len());
    }

    // spec: TRN-15
    #[test]
    fn what_is_missing_is_told_exactly_once_the_line_is_there() {
        assert_eq!((need(""), need("M"), need("MSG a 1 10")), (1, 2, 11));
        assert_eq!(need("MSG a 1 10\r\n"), 24);
        assert_eq!(need("MSG a 1 10\r\n0123456789\r"), 24);
        assert_eq!((need("INFO {"), need("-"), need("+OK\r")), (7, 2, 5));
    }

    // spec: TRN-19
    #[test]
    fn what_is_no_protocol_is_an_error() {
        let limits = DecodeLimits::default();
        let cases = [
            ("HTTP/1.1 400 Bad Request\r\n", UnknownOperation),
            ("X", UnknownOperation),
            ("MSGS a 1 0\r\n\r\n", UnknownOperation),
            ("PINGS\r\n", UnknownOperation),
            ("\r\n", UnknownOperation),
            ("PING x\r\n", InvalidArguments),
            ("MSG\r\n", InvalidArguments),
            ("MSG a\r\n", InvalidArguments),
            ("MSG a 1\r\n", InvalidArguments),
            ("MSG a x 1\r\n", InvalidArguments),
            ("MSG a 1 -1\r\n", InvalidArguments),
            ("MSG a 1 1x\r\n", InvalidArguments),
            ("MSG a 1 r 1 1\r\n", InvalidArguments),
            ("MSG a 18446744073709551616 1\r\n", InvalidArguments),
            ("MSG a 1 18446744073709551616\r\n", InvalidArguments),
            ("HMSG a 1 5\r\n", InvalidArguments),
            ("MSG a 1 18446744073709551615\r\n", PayloadTooLarge),
            ("HMSG a 1 12 11\r\n", HeaderLength),
            ("MSG a 1 3\r\nxyzab", MissingPayloadEnd),
            ("MSG a 1 3\r\nxyz\n\n", MissingPayloadEnd),
        ];
        for (text, kind) in cases {
            assert_eq!(fault(text, &limits), kind, "{text:?}");
        }
    }

    // spec: TRN-20, W-01
    #[test]
    fn limits_hold_to_the_byte() {
        let limits = DecodeLimits { max_control_line: 10, max_info: 20, max_payload: 5 };
        let kind = |text: &str| decode(text.as_bytes(), &limits).err().map(|error| error.kind());

        assert_eq!(kind("MSG abcd 1 5\r\n"), Some(ControlLineTooLong));
        assert_eq!(kind("MSG ab 1 5\r\n01234\r\n"), None);
        assert_eq!(kind("MSG ab 1 6\r\n"), Some(PayloadTooLarge));
        assert_eq!(kind("PING        \r\n"), Some(ControlLineTooLong));
        assert_eq!((kind("PING      \r"), kind("PING       \r")), (None, Some(ControlLineTooLong)));
        assert_eq!(kind("INFO {\"a\": 123456}  \r\n"), None);
        assert_eq!(kind("INFO {\"a\": 123456}   \r\n"), Some(ControlLineTooLong));
    }

    #[test]
    fn only_the_first_frame_is_read() {
        let decoded = decode(b"PING\r\nMSG a 1 0\r\n\r\n", &DecodeLimits::default()).unwrap();
        assert_eq!(decoded, Decoded::Frame { frame: ServerFrame::Ping, len: 6 });
    }
}
