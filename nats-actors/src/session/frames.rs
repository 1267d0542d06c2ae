//! Messages of one subscription that came together.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::protocol::{FrameSpan, Message};

/// Messages of one subscription that came together: a shared buffer, and where each of them lies in it.
///
/// A message is made when it is taken: until then it costs the span, and nothing is counted or copied for it.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: Bytes,
    spans: Vec<FrameSpan>,
    /// The first span that was not taken.
    next: usize,
    /// What is left, in bytes of [`FrameSpan::wire_size`].
    bytes: usize,
}

impl Frames {
    /// The messages that lie at `spans` in `buffer` and have `bytes` of [`FrameSpan::wire_size`] together.
    #[must_use]
    pub const fn new(buffer: Bytes, spans: Vec<FrameSpan>, bytes: usize) -> Self {
        Self { buffer, spans, next: 0, bytes }
    }

    /// How many messages are left.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.spans.len() - self.next
    }

    /// Whether nothing is left.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes of subjects, replies, headers and payloads are left.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What the next message will count in bytes.
    #[must_use]
    pub fn next_size(&self) -> Option<usize> {
        self.spans.get(self.next).map(FrameSpan::wire_size)
    }

    /// The next message as a place in [`buffer`](Self::buffer); it does not wait any more.
    #[inline]
    pub fn skip(&mut self) -> Option<FrameSpan> {
        let span = *self.spans.get(self.next)?;
        self.next += 1;
        self.bytes -= span.wire_size();
        Some(span)
    }

    /// The next messages, which still wait.
    #[must_use]
    pub fn waiting(&self) -> &[FrameSpan] {
        self.spans.get(self.next..).unwrap_or_default()
    }

    /// What the messages lie in.
    #[must_use]
    #[inline]
    pub const fn buffer(&self) -> &Bytes {
        &self.buffer
    }

    /// Takes the first `count` messages out.
    #[must_use]
    pub fn split_front(&mut self, count: usize) -> Self {
        let mut front = Self { buffer: self.buffer.clone(), ..Self::default() };
        while front.spans.len() < count
            && let Some(span) = self.skip()
        {
            front.push(span);
        }
        front
    }

    /// Moves the next message of `from`, which lies in the same buffer, to the end.
    pub(super) fn push_from(&mut self, from: &mut Self) {
        if let Some(span) = from.skip() {
            self.push(span);
        }
    }

    /// A copy of messages that have come earlier.
    #[must_use]
    pub fn from_messages<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Self {
        let mut buffer = Vec::new();
        let mut frames = Self::default();
        for message in messages {
            frames.push(message.put(&mut buffer));
        }
        frames.buffer = buffer.into();
        frames
    }

    /// What is left, each for itself; they keep the buffer.
    #[must_use]
    pub fn into_messages(mut self) -> VecDeque<Message> {
        let mut messages = VecDeque::with_capacity(self.len());
        while let Some(span) = self.skip() {
            messages.push_back(Message::from_span(self.buffer.slice(span.range()), &span));
        }
        messages
    }

    /// Drops all but the first `count` messages.
    pub fn truncate(&mut self, count: usize) {
        if count < self.len() {
            let dropped = self.spans.drain(self.next + count..);
            self.bytes -= dropped.map(|span| span.wire_size()).sum::<usize>();
        }
    }

    /// Whether the messages of both lie in one buffer.
    pub(super) fn shares_with(&self, other: &Self) -> bool {
        self.buffer.as_ptr() == other.buffer.as_ptr() && self.buffer.len() == other.buffer.len()
    }

    /// None of the messages of this one, but its buffer.
    pub(super) fn none(&self) -> Self {
        Self { buffer: self.buffer.clone(), ..Self::default() }
    }

    /// Drops what is left, and returns the memory of the spans for use again.
    #[must_use]
    pub fn into_spare(mut self) -> Vec<FrameSpan> {
        self.spans.clear();
        self.spans
    }

    fn push(&mut self, span: FrameSpan) {
        self.bytes += span.wire_size();
        self.spans.push(span);
    }

    #[cfg(test)]
    pub(crate) fn of(payloads: &[&[u8]]) -> Self {
        use crate::protocol::{DecodeLimits, Decoded, ServerFrame, decode};

        let frame = |payload: &&[u8]| {
            [format!("MSG s 1 {}\r\n", payload.len()).as_bytes(), payload, b"\r\n"].concat()
        };
        let buffer = Bytes::from(payloads.iter().map(frame).collect::<Vec<_>>().concat());
        let mut frames = Self { buffer, ..Self::default() };
        let mut at = 0;
        let wire = frames.buffer.clone();
        while let Ok(Decoded::Frame { frame: ServerFrame::Msg(frame), len }) =
            decode(&wire[at..], &DecodeLimits::default())
        {
            frames.push(FrameSpan::new(&frame, at));
            at += len;
        }
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(frames: Frames) -> Vec<Vec<u8>> {
        frames.into_messages().iter().map(|message| message.payload().to_vec()).collect()
    }

    #[test]
    fn messages_come_out_in_order_and_are_counted() {
        let mut frames = Frames::of(&[b"1", b"22", b"333"]);
        assert_eq!((frames.len(), frames.bytes(), frames.next_size()), (3, 9, Some(2)));
        let front = frames.split_front(2);

        assert_eq!((front.len(), front.bytes()), (2, 5));
        assert_eq!((frames.len(), frames.bytes()), (1, 4));
        assert_eq!(left(front), [&b"1"[..], b"22"]);
        assert_eq!(left(frames), [b"333"]);
    }

    #[test]
    fn messages_are_the_same_after_a_copy() {
        let mut frames = Frames::of(&[b"1", b"22", b"333", b"4444"]);
        frames.skip();
        let messages = frames.into_messages();
        let mut copy = Frames::from_messages(&messages);
        assert_eq!((copy.len(), copy.bytes()), (3, 12));
        copy.truncate(2);

        assert_eq!((copy.len(), copy.bytes()), (2, 7));
        assert_eq!(copy.into_messages().make_contiguous(), &messages.as_slices().0[..2]);
    }
}
