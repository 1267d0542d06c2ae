//! Small messages in shared buffers, a few to a buffer.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Bytes of a buffer: keeping one small message keeps no more than that.
pub(super) const SMALL_BUFFER: usize = 768;
/// What is larger gets a buffer of its own.
const LARGEST: usize = SMALL_BUFFER / 3;

/// Where the bytes of messages go that may be kept longer than the buffer that they came in.
///
/// A buffer whose messages were all dropped is used again, so who drops each message before he takes the next one needs
/// one buffer in all.
#[derive(Debug)]
pub struct Shelf {
    buffer: BytesMut,
    /// Full buffers that some message still held when they were put here, oldest first.
    full: VecDeque<BytesMut>,
    remembered: usize,
}

impl Shelf {
    /// An empty shelf that remembers so many full buffers, for who does not know when messages are dropped.
    ///
    /// Allocates with the first use.
    #[must_use]
    pub fn new(remembered: usize) -> Self {
        Self { buffer: BytesMut::new(), full: VecDeque::new(), remembered }
    }

    /// A copy of `bytes` that holds at most 768 bytes, or nothing but itself.
    #[must_use]
    #[inline]
    pub fn hold(&mut self, bytes: &[u8]) -> Bytes {
        if bytes.len() > LARGEST {
            return Bytes::copy_from_slice(bytes);
        }
        if self.buffer.capacity() < bytes.len() {
            self.next_buffer();
        }
        self.buffer.extend_from_slice(bytes);
        self.buffer.split().freeze()
    }

    #[cold]
    fn next_buffer(&mut self) {
        if self.buffer.try_reclaim(SMALL_BUFFER) {
            return;
        }
        let full = std::mem::take(&mut self.buffer);
        if self.remembered > 0 {
            self.full.push_back(full);
        }
        if self.full.len() > self.remembered / 2
            && let Some(mut oldest) = self.full.pop_front()
        {
            if oldest.try_reclaim(SMALL_BUFFER) {
                self.buffer = oldest;
                return;
            }
            if self.full.len() < self.remembered {
                self.full.push_front(oldest);
            }
        }
        self.buffer = BytesMut::with_capacity(SMALL_BUFFER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_stays_as_it_was() {
        for remembered in [0, 4] {
            let mut shelf = Shelf::new(remembered);
            let mut kept = Vec::new();
            for n in 0..10_000 {
                let held = shelf.hold(format!("{n:08}").as_bytes());
                if n % 3 == 0 {
                    kept.push((n, held));
                }
            }
            assert!(kept.iter().all(|(n, held)| *held == format!("{n:08}")));
            assert!(shelf.full.len() <= remembered);
        }
    }

    #[test]
    fn a_buffer_is_used_again_when_nobody_holds_it() {
        let mut shelf = Shelf::new(0);
        let first = shelf.hold(b"12345678").as_ptr();
        let again = (0..2 * SMALL_BUFFER / 8).any(|_| shelf.hold(b"12345678").as_ptr() == first);

        assert!(again);
    }

    #[test]
    fn what_is_large_has_a_buffer_of_its_own() {
        let mut shelf = Shelf::new(0);
        let large = vec![1; LARGEST + 1];

        assert_eq!(shelf.hold(&large), large);
        assert_eq!(shelf.buffer.capacity(), 0);
    }
}
