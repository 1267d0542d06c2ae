//! Looking at eight bytes at a time, in one register.

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const LOWS: u64 = u64::from_ne_bytes([0x7f; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Eight bytes, the first in the lowest place.
#[derive(Clone, Copy, Default)]
pub(super) struct Eight(u64);

/// The highest bit of every byte that has some property.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks(u64);

impl Eight {
    #[inline]
    pub(super) fn new(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    /// Marks the first blank or control character. Marks behind it mean nothing.
    #[inline]
    pub(super) fn blanks(self) -> Marks {
        Marks(self.0.wrapping_sub(ONES * 0x21) & !self.0 & HIGHS)
    }

    /// The first `len` bytes of it, and zeros behind them.
    #[inline]
    pub(super) fn first(self, len: usize) -> Self {
        let bits = u32::try_from(len * 8).unwrap_or(u64::BITS);
        Self(self.0 & !u64::MAX.checked_shl(bits).unwrap_or(0))
    }

    /// The bits that either has.
    #[inline]
    pub(super) fn over(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no byte is above 127.
    #[inline]
    pub(super) fn is_ascii(self) -> bool {
        self.0 & HIGHS == 0
    }

    /// Marks every byte that is `byte`, and no other.
    #[inline]
    pub(super) fn equal(self, byte: u8) -> Marks {
        let differs = self.0 ^ (ONES * u64::from(byte));
        Marks(!(((differs & LOWS).wrapping_add(LOWS)) | differs) & HIGHS)
    }
}

impl Marks {
    #[inline]
    pub(super) fn any(self) -> bool {
        self.0 != 0
    }

    #[inline]
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The place of the first mark; eight if there is none.
    #[inline]
    pub(super) fn first(self) -> usize {
        (self.0.trailing_zeros() / 8) as usize
    }

    /// The marks one place further on; the first byte gets the mark of the last byte of `before`.
    #[inline]
    pub(super) fn behind(self, before: Self) -> Self {
        Self((self.0 << 8) | (before.0 >> 56))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_marks_those_bytes_and_no_others() {
        for byte in 0..=u8::MAX {
            for other in 0..=u8::MAX {
                let marks = Eight::new([other, byte, other, other, byte, other, other, other]);
                let expected = if byte == other { HIGHS } else { 0x0000_0080_0000_8000 };
                assert_eq!(marks.equal(byte).0, expected, "{byte} among {other}");
            }
        }
    }

    #[test]
    fn blanks_finds_the_first_byte_up_to_a_blank() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = [b'x'; 8];
                bytes[place] = byte;
                let expected = if byte <= b' ' { place } else { 8 };
                assert_eq!(Eight::new(bytes).blanks().first(), expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn bytes_above_127_are_seen_only_where_they_count() {
        let eight = Eight::new([b'a', b'b', 0xff, 0, 0, 0, 0, 0x80]);

        assert!(eight.first(0).is_ascii() && eight.first(2).is_ascii());
        assert!(!eight.first(3).is_ascii() && !eight.first(8).is_ascii());
        assert!(!Eight::default().over(eight).is_ascii());
    }

    #[test]
    fn behind_carries_the_last_mark_over() {
        let before = Eight::new(*b".......x").equal(b'x');
        let marks = Eight::new(*b"..x.....").equal(b'x').behind(before);

        assert_eq!(marks.0, Eight::new(*b"x..x....").equal(b'x').0);
    }
}
