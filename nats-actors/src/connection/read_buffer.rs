//! The bytes that were read and not used yet.

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

/// How much one read asks for.
const READ: usize = 64 * 1024;
/// Room for the beginning of a frame in front of what the next read brings.
const SIZE: usize = READ + 16 * 1024;
/// A buffer for large messages has room for so many of them, up to [`LARGEST`], so that fewer of them are cut in two.
const MANY: usize = 4;
const LARGEST: usize = 1024 * 1024;
/// How many buffers are remembered, to be used again when their messages are gone, and how many bytes of them.
const REMEMBERED: usize = 8;
const REMEMBERED_BYTES: usize = 2 * 1024 * 1024;

/// The buffer of a reader: it can be handed out to subscriptions, and another one takes its place.
#[derive(Debug)]
pub(super) struct ReadBuffer {
    bytes: BytesMut,
    /// What was handed out, oldest first.
    out: VecDeque<Bytes>,
    out_bytes: usize,
    /// The size of new buffers: follows what large messages need, and comes down slowly.
    size: usize,
}

impl ReadBuffer {
    /// Begins with bytes that somebody else has read.
    pub(super) const fn new(bytes: BytesMut) -> Self {
        Self { bytes, out: VecDeque::new(), out_bytes: 0, size: SIZE }
    }

    /// What was read and not used.
    #[inline]
    pub(super) fn unused(&self) -> &[u8] {
        &self.bytes
    }

    /// Drops `count` bytes from the front.
    pub(super) fn used(&mut self, count: usize) {
        self.bytes.advance(count.min(self.bytes.len()));
    }

    /// Takes `count` bytes from the front, to be shared by messages.
    pub(super) fn hand_out(&mut self, count: usize) -> Bytes {
        let bytes = self.bytes.split_to(count.min(self.bytes.len())).freeze();
        self.out_bytes += bytes.len();
        self.out.push_back(bytes.clone());
        while self.out.len() > REMEMBERED || self.out_bytes > REMEMBERED_BYTES {
            self.forget_oldest();
        }
        bytes
    }

    /// Where the next read goes: with room for a whole read, and for at least `need` bytes in all.
    pub(super) fn with_room(&mut self, need: usize) -> &mut BytesMut {
        let more = need.saturating_sub(self.bytes.len()).max(READ);
        let spacious = self.bytes.capacity() - self.bytes.len() >= more;
        if (!spacious && !self.bytes.try_reclaim(more)) || self.is_oversized(more) {
            let least = self.bytes.len() + more;
            let wanted = need.saturating_mul(MANY).min(LARGEST);
            self.size = wanted.max(self.size - self.size / 16).max(SIZE);
            let mut next = self.spare(least);
            next.extend_from_slice(&self.bytes);
            self.bytes = next;
        }
        &mut self.bytes
    }

    /// Whether a large message has left a buffer that the next ones do not need.
    fn is_oversized(&self, more: usize) -> bool {
        self.bytes.capacity() > 2 * LARGEST && self.bytes.len() + more <= LARGEST
    }

    /// An empty buffer with room for `least` bytes: one whose messages are gone, else a new one.
    fn spare(&mut self, least: usize) -> BytesMut {
        let best = self.size.max(least);
        for _ in 0..self.out.len() {
            let Some(oldest) = self.out.pop_front() else { break };
            self.out_bytes -= oldest.len();
            match oldest.try_into_mut() {
                Ok(mut unique) => {
                    unique.clear();
                    if unique.try_reclaim(least) && unique.capacity() <= 2 * best {
                        return unique;
                    }
                }
                Err(shared) => {
                    self.out_bytes += shared.len();
                    self.out.push_back(shared);
                }
            }
        }
        BytesMut::with_capacity(best)
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.out.pop_front() {
            self.out_bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(buffer: &mut ReadBuffer, bytes: &[u8]) {
        let room = buffer.with_room(1);
        assert!(room.capacity() - room.len() >= READ);
        room.extend_from_slice(bytes);
    }

    #[test]
    fn what_was_not_used_stays_in_front_of_what_comes() {
        let mut buffer = ReadBuffer::new(BytesMut::from(&b"abc"[..]));
        buffer.used(1);
        read(&mut buffer, b"def");
        let out = buffer.hand_out(4);
        read(&mut buffer, b"ghi");

        assert_eq!((&out[..], buffer.unused()), (&b"bcde"[..], &b"fghi"[..]));
    }

    #[test]
    fn buffers_are_used_again_only_when_nobody_holds_them() {
        for size in [32 * 1024, 64 * 1024, 600 * 1024] {
            let mut buffer = ReadBuffer::new(BytesMut::new());
            let mut kept = Vec::new();
            let mut places = std::collections::HashSet::new();
            for n in 0..100_u8 {
                buffer.with_room(size).extend_from_slice(&vec![n; size]);
                let out = buffer.hand_out(size);
                places.insert(out.as_ptr());
                if n % 16 == 0 {
                    kept.push((n, out));
                }
            }
            assert!(kept.iter().all(|(n, out)| out.iter().all(|byte| byte == n)));
            assert!(places.len() <= 100 / 2, "{} buffers of {size}", places.len());
            assert!(buffer.out.len() <= REMEMBERED && buffer.out_bytes <= REMEMBERED_BYTES);
        }
    }

    #[test]
    fn a_large_message_does_not_leave_a_large_buffer() {
        let mut buffer = ReadBuffer::new(BytesMut::new());
        assert!(buffer.with_room(8 * LARGEST).capacity() >= 8 * LARGEST);
        read(&mut buffer, b"x");
        buffer.used(1);

        assert!(buffer.with_room(1).capacity() <= 2 * LARGEST);
    }
}
