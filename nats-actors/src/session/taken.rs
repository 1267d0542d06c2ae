//! Messages that their subscriber took and has not seen yet.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::frames::Frames;
use super::shelf::SMALL_BUFFER;
use crate::protocol::{FrameSpan, Message};

/// What a subscriber took out of [`Pending`](super::Pending): messages in order, each made when it is popped.
///
/// A message that is popped may be kept for ever, so it does not keep the buffer that it came in, unless it is a fair part
/// of it. Small ones are copied out a few at a time, into a buffer of 768 bytes that is used again when they are gone: who
/// drops each message before he pops the next one causes no allocation.
#[derive(Debug, Default)]
pub struct Taken {
    current: Frames,
    /// A copy of the bytes of `current` from `copied_from` to `copied_to`.
    copy: Bytes,
    copied_from: usize,
    copied_to: usize,
    later: VecDeque<Frames>,
    messages_later: usize,
    bytes: usize,
    /// The memory of spans that are used up, for the next batch.
    spare: Vec<FrameSpan>,
}

/// A message that is at least this part of a buffer may keep it.
const FAIR_SHARE: usize = 8;

impl Taken {
    /// The next message.
    #[inline]
    pub fn pop_front(&mut self) -> Option<Message> {
        let Some(span) = self.current.skip() else { return self.pop_later() };
        let range = span.range();
        if range.end > self.copied_to && !self.copy_small(&span) {
            return Some(Message::from_span(self.current.buffer().slice(range), &span));
        }
        let range = range.start - self.copied_from..range.end - self.copied_from;
        Some(Message::from_span(self.copy.slice(range), &span))
    }

    /// How many messages are left.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.current.len() + self.messages_later
    }

    /// Whether none is left.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Drops what is left.
    pub fn clear(&mut self) {
        self.later.clear();
        self.messages_later = 0;
        // An idle subscription must not keep the buffer of its last message.
        self.use_up(Frames::default());
    }

    /// How many bytes are left. Looks at each batch.
    #[must_use]
    pub fn bytes_left(&self) -> usize {
        self.current.bytes() + self.later.iter().map(Frames::bytes).sum::<usize>()
    }

    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Refills it, when it is empty, with what `frames` gives.
    pub(super) fn refill(&mut self, frames: impl Iterator<Item = Frames>) {
        debug_assert!(self.is_empty(), "what was taken before is not used up");
        self.bytes = 0;
        for frames in frames {
            self.messages_later += frames.len();
            self.bytes += frames.bytes();
            self.later.push_back(frames);
        }
        self.next_frames();
    }

    /// Gives the memory of used up spans away, if there is some.
    pub(super) fn spare(&mut self) -> Vec<FrameSpan> {
        std::mem::take(&mut self.spare)
    }

    #[cold]
    fn pop_later(&mut self) -> Option<Message> {
        if self.is_empty() {
            return None;
        }
        self.next_frames();
        self.pop_front()
    }

    fn next_frames(&mut self) {
        if let Some(next) = self.later.pop_front() {
            self.messages_later -= next.len();
            self.use_up(next);
        }
    }

    /// Goes on with `next`; the buffer of what was used up is let go.
    fn use_up(&mut self, next: Frames) {
        (self.copied_from, self.copied_to) = (0, 0);
        let spare = std::mem::replace(&mut self.current, next).into_spare();
        if spare.capacity() > self.spare.capacity() {
            self.spare = spare;
        }
    }

    /// Copies a message out, and as many behind it as fit; `false` when it may keep the buffer that it lies in.
    #[inline(never)]
    fn copy_small(&mut self, first: &FrameSpan) -> bool {
        let buffer = self.current.buffer();
        let first = first.range();
        if buffer.len() <= SMALL_BUFFER || first.len() >= buffer.len() / FAIR_SHARE {
            return false;
        }
        let size = first.len().max(SMALL_BUFFER);
        let end = |span: &FrameSpan| span.range().end;
        let fits =
            self.current.waiting().iter().map(end).take_while(|end| end - first.start <= size);
        let range = first.start..fits.last().unwrap_or(first.end);
        let mut copy = reuse(std::mem::take(&mut self.copy), range.len());
        copy.extend_from_slice(buffer.get(range.clone()).unwrap_or_default());
        // Split off, because a buffer that was split once can be shared and used again without an allocation.
        self.copy = copy.split().freeze();
        (self.copied_from, self.copied_to) = (range.start, range.end);
        true
    }
}

impl Iterator for Taken {
    type Item = Message;

    #[inline]
    fn next(&mut self) -> Option<Message> {
        self.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

/// An empty buffer for `size` bytes: `old`, if nobody holds it and it is not much larger.
fn reuse(old: Bytes, size: usize) -> BytesMut {
    if let Ok(mut unique) = old.try_into_mut() {
        unique.clear();
        if unique.capacity() >= size && unique.capacity() <= (2 * size).max(SMALL_BUFFER) {
            return unique;
        }
    }
    // A few bytes between large messages may stand alone for long; many are likely to be followed by as many.
    let few = size < SMALL_BUFFER / 2;
    BytesMut::with_capacity(if few { size } else { size.max(SMALL_BUFFER) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(frames: Frames) -> Taken {
        let mut taken = Taken::default();
        taken.refill([frames].into_iter());
        taken
    }

    fn payloads(count: usize, len: usize) -> Vec<Vec<u8>> {
        (0..count).map(|n| vec![b'a' + u8::try_from(n % 26).unwrap(); len]).collect()
    }

    fn frames(payloads: &[Vec<u8>]) -> Frames {
        Frames::of(&payloads.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn messages_of_every_size_come_out_in_order_kept_or_not() {
        for len in [0, 1, 16, 100, 700, 760, 800, 1500, 20_000] {
            let payloads = payloads(100, len);
            let (mut kept, mut seen) = (Vec::new(), taken(frames(&payloads)));
            for (n, payload) in payloads.iter().enumerate() {
                assert_eq!(seen.len(), 100 - n);
                let message = seen.pop_front().unwrap();
                assert_eq!((message.subject(), message.payload()), ("s", &payload[..]));
                if n % 3 == 0 {
                    kept.push((payload, message));
                }
            }
            assert!(seen.pop_front().is_none() && seen.is_empty());
            assert!(kept.iter().all(|(payload, message)| message.payload() == *payload));
        }
    }

    // spec: TRN-16
    #[test]
    fn small_messages_do_not_keep_a_large_buffer_and_large_ones_share_it() {
        let frames = frames(&[b"tiny".to_vec(), vec![b'x'; 4096]]);
        let buffer = frames.buffer().as_ptr_range();
        let mut taken = taken(frames);
        let (tiny, large) = (taken.pop_front().unwrap(), taken.pop_front().unwrap());

        assert_eq!((tiny.payload(), large.payload().len()), (&b"tiny"[..], 4096));
        assert!(!buffer.contains(&tiny.payload().as_ptr()));
        assert!(buffer.contains(&large.payload().as_ptr()));
    }

    #[test]
    fn who_drops_each_message_needs_one_buffer() {
        for len in [16, 128, 1024] {
            let mut taken = taken(frames(&payloads(1000, len)));
            let place = |message: Message| message.payload().as_ptr();
            let first = taken.pop_front().map(place).unwrap();
            let places = std::iter::from_fn(|| taken.pop_front().map(place));

            assert!(places.into_iter().all(|place| place.addr().abs_diff(first.addr()) < 4096));
        }
    }
}
