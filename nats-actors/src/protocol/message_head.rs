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
    is_ascii: bool,
}

impl<'a> MessageHead<'a> {
    /// Reads the form that servers write: one blank between arguments, `\r\n` behind them.
    ///
    /// One pass without looking for the line's end first. `None` says nothing about `buf`, only
    /// that it takes [`read`](Self::read) to tell.
    #[inline(always)]
    pub(super) fn read_plain(buf: &'a [u8], operation: Operation) -> Option<Self> {
        let mut plain = Plain { rest: buf.get(operation.len + 1..)?, words: Eight::default() };
        let subject = plain.word()?;
        let sid = plain.number(b' ')?;
        let mut reply = None;
        let mut reply_offset = 0;
        let mut ahead = plain;
        let lengths = match ahead.lengths(operation) {
            Some(lengths) => lengths,
            None => {
                reply_offset = buf.len() - plain.rest.len();
                reply = Some(plain.word()?);
                ahead = plain;
                ahead.lengths(operation)?
            }
        };
        let (header_len, total_len) = lengths;
        Some(Self {
            subject,
            subject_offset: operation.len + 1,
            sid,
            reply,
            reply_offset,
            header_len,
            total_len,
            body_offset: buf.len() - ahead.rest.len(),
            is_ascii: ahead.words.is_ascii(),
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
            is_ascii: false,
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
            is_ascii: self.is_ascii,
        }
    }
}

/// A place in a buffer that holds the plain form.
#[derive(Clone, Copy)]
struct Plain<'a> {
    rest: &'a [u8],
    /// The bytes of all words so far, laid over each other.
    words: Eight,
}

impl<'a> Plain<'a> {
    /// An argument that a blank follows.
    #[inline(always)]
    fn word(&mut self) -> Option<&'a [u8]> {
        let mut end = 0;
        for eight in self.rest.as_chunks().0 {
            let eight = Eight::new(*eight);
            let len = eight.blanks().first();
            self.words = self.words.over(eight.first(len));
            end += len;
            if len < 8 {
                let (word, rest) = self.rest.split_at_checked(end)?;
                self.rest = rest.strip_prefix(b" ")?;
                return (!word.is_empty()).then_some(word);
            }
        }
        None
    }

    /// A number that the byte `behind` follows.
    #[inline(always)]
    fn number(&mut self, behind: u8) -> Option<u64> {
        let (value, digits) = decimal::parse_prefix(self.rest)?;
        let (after, rest) = self.rest.get(digits..)?.split_first()?;
        self.rest = rest;
        (*after == behind).then_some(value)
    }

    /// The lengths of the headers and of headers and payload, and the end of the line.
    #[inline(always)]
    fn lengths(&mut self, operation: Operation) -> Option<(usize, usize)> {
        let header_len = if operation.has_headers { self.number(b' ')? } else { 0 };
        let total_len = self.number(b'\r')?;
        self.rest = self.rest.strip_prefix(b"\n")?;
        Some((usize::try_from(header_len).ok()?, usize::try_from(total_len).ok()?))
    }
}
