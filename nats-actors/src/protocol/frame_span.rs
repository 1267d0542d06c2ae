//! Where a message lies in a buffer that it shares with others.

use std::ops::Range;

use bytes::Bytes;

use super::message::Message;
use super::server_frame::MsgFrame;

/// A received message as a place in a buffer: what it takes to make the [`Message`] later.
///
/// Offsets are narrow, so that many fit into a cache line. Decoded frames always fit, because
/// [`DecodeLimits`](super::DecodeLimits) bound the control line; what does not fit reads as empty parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSpan {
    at: u32,
    len: u32,
    header_len: u32,
    subject_len: u16,
    reply_at: u16,
    reply_len: u16,
    body_at: u16,
    is_ascii: bool,
}

impl FrameSpan {
    /// The span of `frame`, which was decoded `base` bytes behind the beginning of the buffer.
    #[must_use]
    #[inline]
    pub fn new(frame: &MsgFrame<'_>, base: usize) -> Self {
        let narrow = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
        let layout = frame.layout();
        let len = frame.end_offset().saturating_sub(frame.subject_offset);
        Self {
            at: u32::try_from(base + frame.subject_offset).unwrap_or(u32::MAX),
            len: u32::try_from(len).unwrap_or(u32::MAX),
            header_len: u32::try_from(layout.header_len).unwrap_or(u32::MAX),
            subject_len: narrow(layout.subject_len),
            reply_at: narrow(layout.reply_at),
            reply_len: narrow(layout.reply_len),
            body_at: narrow(layout.body_at),
            is_ascii: frame.is_ascii,
        }
    }

    /// The bytes of the buffer that make the message, from its subject to the end of its payload.
    #[must_use]
    #[inline]
    pub fn range(&self) -> Range<usize> {
        let at = self.at as usize;
        at..at + self.len as usize
    }

    /// The same message where its bytes lie at `at` instead.
    #[must_use]
    pub fn moved_to(mut self, at: usize) -> Self {
        self.at = u32::try_from(at).unwrap_or(u32::MAX);
        self
    }

    /// What [`Message::wire_size`] will say.
    #[must_use]
    #[inline]
    pub fn wire_size(&self) -> usize {
        let body = self.len.saturating_sub(self.body_at.into()) as usize;
        usize::from(self.subject_len) + usize::from(self.reply_len) + body
    }
}

impl Message {
    /// Makes the message whose bytes are `frame`, as a decoded frame's span says.
    #[inline]
    pub(crate) fn from_span(frame: Bytes, span: &FrameSpan) -> Self {
        let message = Self {
            frame,
            subject_len: span.subject_len.into(),
            reply_at: span.reply_at.into(),
            reply_len: span.reply_len.into(),
            body_at: span.body_at.into(),
            header_len: span.header_len,
        };
        if !span.is_ascii {
            return message.checked();
        }
        message
    }

    /// Appends the bytes of the message to `out`; the span leads back to it.
    pub(crate) fn put(&self, out: &mut Vec<u8>) -> FrameSpan {
        let narrow = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
        let span = FrameSpan {
            at: u32::try_from(out.len()).unwrap_or(u32::MAX),
            len: u32::try_from(self.frame.len()).unwrap_or(u32::MAX),
            header_len: self.header_len,
            subject_len: narrow(self.subject_len),
            reply_at: narrow(self.reply_at),
            reply_len: narrow(self.reply_len),
            body_at: narrow(self.body_at),
            is_ascii: false,
        };
        out.extend_from_slice(&self.frame);
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{DecodeLimits, Decoded, ServerFrame, decode};

    #[test]
    fn a_span_makes_the_message_wherever_its_bytes_lie() {
        let block = "NATS/1.0\r\n\r\n";
        let wire = Bytes::from(format!("PING\r\nHMSG a.é 7 reply 12 15\r\n{block}xyz\r\n"));
        let decoded = decode(&wire[6..], &DecodeLimits::default()).unwrap();
        let Decoded::Frame { frame: ServerFrame::Msg(frame), .. } = decoded else {
            panic!("{decoded:?}");
        };
        let span = FrameSpan::new(&frame, 6);
        let bytes = wire.slice(span.range());
        let other = Bytes::from([b"12345678", &bytes[..]].concat());

        for (buffer, span) in [(wire, span), (other, span.moved_to(8))] {
            let message = Message::from_span(buffer.slice(span.range()), &span);
            assert_eq!((message.subject(), message.reply()), ("a.é", Some("reply")));
            assert_eq!(message.header_block(), block.as_bytes());
            assert_eq!(message.payload(), b"xyz");
            assert_eq!(message.wire_size(), span.wire_size());
        }
    }

    #[test]
    fn it_is_small() {
        assert!(size_of::<FrameSpan>() <= 24);
    }
}
