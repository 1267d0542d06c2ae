//! What a server says, borrowed from the bytes that it came in.

use super::message_layout::MessageLayout;

/// One operation of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerFrame<'a> {
    /// `INFO`: the JSON object that [`ServerInfo::parse`](super::ServerInfo::parse) reads.
    Info(&'a [u8]),
    /// `MSG` or `HMSG`: a message for a subscription.
    Msg(MsgFrame<'a>),
    /// `PING`: the server wants a `PONG`.
    Ping,
    /// `PONG`: the answer to the oldest `PING` not yet answered.
    Pong,
    /// `+OK`: sent in verbose mode only.
    Ok,
    /// `-ERR`: the text, with its quotes, that
    /// [`ServerError::parse`](super::ServerError::parse) reads.
    Err(&'a [u8]),
}

/// A message as it stands in the reader's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MsgFrame<'a> {
    /// The subscription that it is for.
    pub sid: u64,
    /// The subject that it was published to; never empty.
    pub subject: &'a [u8],
    /// Where an answer is expected, if any is.
    pub reply: Option<&'a [u8]>,
    /// The header block and the payload, back to back.
    pub body: &'a [u8],
    /// How many bytes of `body` are the header block; zero if the message has none.
    pub header_len: usize,
    /// Where `subject` begins in the buffer given to [`decode`](super::decode()).
    pub subject_offset: usize,
    /// Where `reply` begins in that buffer, or zero.
    pub reply_offset: usize,
    /// Where `body` begins in that buffer.
    pub body_offset: usize,
    /// Whether `subject` and `reply` hold ASCII only; `false` may mean that nobody has looked.
    pub(super) is_ascii: bool,
}

impl<'a> MsgFrame<'a> {
    /// The header block, from the version line to the blank line; empty if there is none.
    #[must_use]
    pub fn headers(&self) -> &'a [u8] {
        self.body.get(..self.header_len).unwrap_or_default()
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.body.get(self.header_len..).unwrap_or_default()
    }

    /// Where the payload ends in the buffer given to [`decode`](super::decode()).
    #[must_use]
    #[inline]
    pub fn end_offset(&self) -> usize {
        self.body_offset + self.body.len()
    }

    /// The layout of the buffer's bytes `subject_offset..end_offset()`, for a
    /// [`Message`](super::Message) that shares them instead of copying.
    #[must_use]
    #[inline]
    pub fn layout(&self) -> MessageLayout {
        MessageLayout {
            subject_len: self.subject.len(),
            reply_at: self.reply_offset.saturating_sub(self.subject_offset),
            reply_len: self.reply.map_or(0, <[u8]>::len),
            body_at: self.body_offset.saturating_sub(self.subject_offset),
            header_len: self.header_len,
        }
    }

    /// Appends subject, reply and body without the bytes between them, and returns the layout of
    /// what was appended.
    #[inline]
    pub fn pack_into(&self, out: &mut Vec<u8>) -> MessageLayout {
        let reply = self.reply.unwrap_or_default();
        out.reserve(self.subject.len() + reply.len() + self.body.len());
        out.extend_from_slice(self.subject);
        out.extend_from_slice(reply);
        out.extend_from_slice(self.body);
        MessageLayout::packed(self.subject.len(), reply.len(), self.header_len)
    }

    /// How many bytes [`pack_into`](Self::pack_into) appends.
    #[must_use]
    pub fn packed_len(&self) -> usize {
        self.subject.len() + self.reply.map_or(0, <[u8]>::len) + self.body.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{DecodeLimits, Decoded, Message, decode};
    use bytes::Bytes;

    // spec: TRN-16
    #[test]
    fn a_message_is_the_same_packed_and_in_place() {
        let block = "NATS/1.0\r\n\r\n";
        let wire = Bytes::from(format!("HMSG a.b 7 reply 12 15\r\n{block}xyz\r\n"));
        let decoded = decode(&wire, &DecodeLimits::default()).unwrap();
        let Decoded::Frame { frame: ServerFrame::Msg(frame), .. } = decoded else {
            panic!("{decoded:?}");
        };
        let mut packed = Vec::new();
        let layout = frame.pack_into(&mut packed);
        assert_eq!(packed.len(), frame.packed_len());
        let shared = wire.slice(frame.subject_offset..frame.end_offset());

        for message in [
            Message::from_frame(packed.into(), layout).unwrap(),
            Message::from_frame(shared, frame.layout()).unwrap(),
        ] {
            assert_eq!((message.subject(), message.reply()), ("a.b", Some("reply")));
            assert_eq!(message.header_block(), block.as_bytes());
            assert_eq!((message.payload(), message.wire_size()), (&b"xyz"[..], 23));
        }
    }
}
