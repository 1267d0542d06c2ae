//! Reading the arguments of one control line from left to right.

use memchr::memchr2;

use super::decimal;

/// A place in a control line. Arguments are separated by runs of spaces and tabs.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Reads `line`, which holds no line end, from byte `at` on.
    #[inline]
    pub(super) fn new(line: &'a [u8], at: usize) -> Self {
        Self { line, at }
    }

    /// Skips blanks and returns where the next argument begins.
    #[inline]
    pub(super) fn skip_blanks(&mut self) -> usize {
        while matches!(self.line.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at
    }

    /// The next argument; `None` if only blanks are left.
    #[inline]
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        self.skip_blanks();
        let rest = self.line.get(self.at..).filter(|rest| !rest.is_empty())?;
        let word = match memchr2(b' ', b'\t', rest) {
            Some(len) => rest.get(..len)?,
            None => rest,
        };
        self.at += word.len();
        Some(word)
    }

    /// The next argument as a number; `None` if it is none.
    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        self.skip_blanks();
        let (value, digits) = decimal::parse_prefix(self.line.get(self.at..)?)?;
        self.at += digits;
        matches!(self.line.get(self.at), None | Some(b' ' | b'\t')).then_some(value)
    }

    /// The lengths that end the line: of the headers, zero without them, and of headers and payload
    /// together. `None`, and nothing read, if the line ends differently.
    #[inline]
    pub(super) fn lengths(&mut self, has_headers: bool) -> Option<(usize, usize)> {
        let mut ahead = *self;
        let header_len = if has_headers { ahead.length()? } else { 0 };
        let total_len = ahead.length()?;
        ahead.end()?;
        *self = ahead;
        Some((header_len, total_len))
    }

    /// The next argument as a number of bytes; `None` if it is none.
    #[inline]
    fn length(&mut self) -> Option<usize> {
        self.number().and_then(|value| usize::try_from(value).ok())
    }

    /// `Some` if nothing but blanks is left.
    #[inline]
    pub(super) fn end(&mut self) -> Option<()> {
        (self.skip_blanks() >= self.line.len()).then_some(())
    }

    /// Everything that is left, blanks at both ends removed.
    pub(super) fn rest(mut self) -> &'a [u8] {
        self.skip_blanks();
        self.line.get(self.at..).unwrap_or_default().trim_ascii_end()
    }
}
