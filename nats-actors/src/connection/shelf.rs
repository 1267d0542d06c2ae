//! Small messages in shared buffers, many to a buffer.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::protocol::{Message, MessageLayout, MsgFrame};

/// Bytes of a buffer: keeping one small message keeps no more than that.
const SIZE: usize = 768;
/// How many buffers are remembered, to be used again when their messages are gone.
const RETIRED: usize = 256;

/// Collects small frames, then makes them messages that share one buffer.
///
/// A buffer whose messages were all dropped is used again. That spares the allocator the pattern that it likes least:
/// memory that one thread allocates and another one frees.
#[derive(Debug)]
pub(super) struct Shelf {
    bytes: Vec<u8>,
    frames: Vec<Shelved>,
    retired: VecDeque<Bytes>,
}

#[derive(Clone, Copy, Debug)]
struct Shelved {
    sid: u64,
    start: usize,
    end: usize,
    layout: MessageLayout,
}

impl Shelf {
    /// Frames up to this size belong on a shelf; larger ones are worth a buffer of their own.
    pub(super) const LARGEST: usize = SIZE / 3;

    pub(super) fn new() -> Self {
        Self {
            bytes: Vec::with_capacity(SIZE),
            frames: Vec::with_capacity(SIZE / 8),
            retired: VecDeque::with_capacity(RETIRED),
        }
    }

    /// Whether `size` more bytes fit.
    #[inline]
    pub(super) fn has_room(&self, size: usize) -> bool {
        self.bytes.len() + size <= SIZE
    }

    /// Copies a frame.
    #[inline]
    pub(super) fn put(&mut self, frame: &MsgFrame<'_>) {
        let start = self.bytes.len();
        let layout = frame.pack_into(&mut self.bytes);
        let end = self.bytes.len();
        self.frames.push(Shelved { sid: frame.sid, start, end, layout });
    }

    /// Makes messages of everything that was put, in order.
    #[inline]
    pub(super) fn clear(&mut self, mut each: impl FnMut(u64, Message)) {
        if self.frames.is_empty() {
            return;
        }
        let next = self.spare();
        let buffer = Bytes::from(std::mem::replace(&mut self.bytes, next));
        for Shelved { sid, start, end, layout } in self.frames.drain(..) {
            if let Some(message) = Message::from_frame(buffer.slice(start..end), layout) {
                each(sid, message);
            }
        }
        if self.retired.len() < RETIRED {
            self.retired.push_back(buffer);
        }
    }

    /// An empty buffer: the oldest one whose messages are gone, else a new one.
    fn spare(&mut self) -> Vec<u8> {
        if self.retired.len() < RETIRED / 2 {
            return Vec::with_capacity(SIZE);
        }
        match self.retired.pop_front().map(Bytes::try_into_mut) {
            Some(Ok(unique)) => {
                let mut bytes = Vec::from(unique);
                bytes.clear();
                bytes
            }
            Some(Err(_)) | None => Vec::with_capacity(SIZE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{DecodeLimits, Decoded, ServerFrame, decode};

    fn put(shelf: &mut Shelf, wire: &str) {
        match decode(wire.as_bytes(), &DecodeLimits::default()) {
            Ok(Decoded::Frame { frame: ServerFrame::Msg(frame), .. }) => shelf.put(&frame),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn frames_become_messages_in_order() {
        let mut shelf = Shelf::new();
        put(&mut shelf, "MSG a 1 r 2\r\nhi\r\n");
        put(&mut shelf, "HMSG b.c 2 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
        let mut seen = Vec::new();
        shelf.clear(|sid, message| seen.push((sid, message)));

        let (first, second) = (&seen[0].1, &seen[1].1);
        assert_eq!((seen[0].0, first.subject(), first.reply()), (1, "a", Some("r")));
        assert_eq!((seen[1].0, second.subject(), second.payload()), (2, "b.c", &b"x"[..]));
        assert!(second.has_headers());
    }

    #[test]
    fn buffers_are_used_again_only_when_nobody_holds_them() {
        let mut shelf = Shelf::new();
        let mut kept = Vec::new();
        for n in 0..4 * RETIRED {
            put(&mut shelf, &format!("MSG a 1 4\r\n{n:04}\r\n"));
            shelf.clear(|_, message| {
                if n % 3 == 0 {
                    kept.push((n, message));
                }
            });
        }
        assert!(kept.iter().all(|(n, kept)| kept.payload() == format!("{n:04}").as_bytes()));
        assert!(shelf.retired.len() <= RETIRED);
    }
}
