//! The control line of `MSG` and `HMSG`.

use super::cursor::Cursor;
use super::decimal;
use super::server_frame::MsgFrame;
use super::swar::Eight;

/// The two operations that carry a payload.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    /// Bytes of the operation's name.
    pub(super) len: usize,
    pub(super) has_headers: bool,
}

pub(super) const MSG: Operation = Operation { len: 3, has_headers: false };
pub(super) const HMSG: Operation = Operation { len: 4, has_headers: true };

/// The arguments, and where the body begins.
pub(super) struct MessageHead<'a> {
    subject: &'a [u8],
    subject_offset: usize,
    sid: u64,
    reply: Option<&'a [u8]>,
    reply_offset: usize,
    pub(super) header_len: usize,
    pub(super) total_len: usize,
    pub(super) body_offset: usize,
}

impl<'a> MessageHead<'a> {
    /// Reads the form that servers write: one blank between arguments, `\r\n` behind them.
    ///
    /// One pass without looking for the line's end first. `None` says nothing about `buf`, only
    /// that it takes [`read`](Self::read) to tell.
    #[inline]
    pub(super) fn read_plain(buf: &'a [u8], operation: Operation) -> Option<Self> {
        let mut plain = Plain { buf, at: operation.len + 1 };
        let subject_offset = plain.at;
        let subject = plain.word()?;
        let sid = plain.number(b' ')?;
        let mut reply_offset = plain.at;
        let mut reply = None;
        let mut ahead = plain;
        let lengths = match ahead.lengths(operation) {
            Some(lengths) => {
                reply_offset = 0;
                lengths
            }
            None => {
                ahead = plain;
                reply = Some(ahead.word()?);
                ahead.lengths(operation)?
            }
        };
        let (header_len, total_len) = lengths;
        let body_offset = ahead.at;
        Some(Self {
            subject,
            subject_offset,
            sid,
            reply,
            reply_offset,
            header_len,
            total_len,
            body_offset,
        })
    }

    /// Reads every legal form. `line` comes without its end; the body begins at `body_offset`.
    pub(super) fn read(line: &'a [u8], operation: Operation, body_offset: usize) -> Option<Self> {
        let mut cursor = Cursor::new(line, operation.len);
        let subject_offset = cursor.skip_blanks();
        let subject = cursor.word()?;
        let sid = cursor.number()?;
        let mut reply_offset = cursor.skip_blanks();
        let mut reply = None;
        // Only what follows tells whether a number is a length or a reply subject of digits.
        let lengths = match cursor.lengths(operation.has_headers) {
            Some(lengths) => {
                reply_offset = 0;
                lengths
            }
            None => {
                reply = Some(cursor.word()?);
                cursor.lengths(operation.has_headers)?
            }
        };
        let (header_len, total_len) = lengths;
        Some(Self {
            subject,
            subject_offset,
            sid,
            reply,
            reply_offset,
            header_len,
            total_len,
            body_offset,
        })
    }

    #[inline]
    pub(super) fn frame(self, body: &'a [u8]) -> MsgFrame<'a> {
        MsgFrame {
            sid: self.sid,
            subject: self.subject,
            reply: self.reply,
            body,
            header_len: self.header_len,
            subject_offset: self.subject_offset,
            reply_offset: self.reply_offset,
            body_offset: self.body_offset,
        }
    }
}

/// A place in a buffer that holds the plain form.
#[derive(Clone, Copy)]
struct Plain<'a> {
    buf: &'a [u8],
    at: usize,
}

impl<'a> Plain<'a> {
    /// An argument that a blank follows.
    #[inline]
    fn word(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let mut end = start;
        loop {
            let len = Eight::new(*self.buf.get(end..)?.first_chunk()?).blanks().first();
            end += len;
            if len < 8 {
                break;
            }
        }
        self.at = end + 1;
        (self.buf.get(end) == Some(&b' ') && end > start).then(|| self.buf.get(start..end))?
    }

    /// A number that the byte `behind` follows.
    #[inline]
    fn number(&mut self, behind: u8) -> Option<u64> {
        let (value, digits) = decimal::parse_prefix(self.buf.get(self.at..)?)?;
        self.at += digits + 1;
        (self.buf.get(self.at - 1) == Some(&behind)).then_some(value)
    }

    /// The lengths of the headers and of headers and payload, and the end of the line.
    #[inline]
    fn lengths(&mut self, operation: Operation) -> Option<(usize, usize)> {
        let header_len = if operation.has_headers { self.number(b' ')? } else { 0 };
        let total_len = self.number(b'\r')?;
        self.at += 1;
        let lengths = (usize::try_from(header_len).ok()?, usize::try_from(total_len).ok()?);
        (self.buf.get(self.at - 1) == Some(&b'\n')).then_some(lengths)
    }
}
