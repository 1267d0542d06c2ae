//! Subjects: the literal names that messages are published to.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::swar::{Eight, Marks};

/// Bytes that the arguments of an operation may have together, at a server with default limits.
pub const MAX_CONTROL_LINE: usize = 4096;

/// The longest subject that a server with default limits can be told about.
///
/// It shares the [`MAX_CONTROL_LINE`] with a blank and one more argument.
pub const MAX_SUBJECT_LEN: usize = MAX_CONTROL_LINE - 2;

/// A legal subject with no wildcards: what one publishes to.
///
/// A `Subject` never holds an empty token, whitespace, or a token that is `*` or `>`.
/// Any other UTF-8 text is legal. Cloning shares the text.
///
/// ```
/// # use nats_actors::protocol::{Subject, SubjectError};
/// let subject: Subject = "orders.eu.created".parse()?;
///
/// assert_eq!(subject.tokens().last(), Some("created"));
/// assert_eq!("orders.*".parse::<Subject>(), Err(SubjectError::Wildcard));
/// # Ok::<(), SubjectError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(Arc<str>);

impl Subject {
    /// The text, as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between the dots: one or more, none of them empty.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }
}

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_subject(text)?;
        Ok(Self(text.into()))
    }
}

impl AsRef<str> for Subject {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a [`Subject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectError {
    /// Two dots meet, or a dot stands at either end, or there is no text at all.
    EmptyToken,
    /// Whitespace would end the subject on the wire and begin the next argument.
    Whitespace,
    /// A token is `*` or `>`; one subscribes to those, and publishes to a literal.
    Wildcard,
    /// The text is longer than [`MAX_SUBJECT_LEN`] bytes: a server would close the connection.
    TooLong,
}

impl Error for SubjectError {}

impl fmt::Display for SubjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyToken => "subject has an empty token",
            Self::Whitespace => "subject has whitespace",
            Self::Wildcard => "subject has a wildcard",
            Self::TooLong => "subject is too long",
        })
    }
}

/// Checks that `text` is a [`Subject`], without making one.
///
/// One pass over the bytes and no allocation, so that it can be done for every publish.
///
/// # Errors
///
/// The first rule of [`SubjectError`] that `text` breaks.
#[inline]
pub fn check_subject(text: &str) -> Result<(), SubjectError> {
    if is_plain(text.as_bytes()) && text.len() <= MAX_SUBJECT_LEN { Ok(()) } else { explain(text) }
}

/// Whether `text` is a legal subject that can be told at a glance: at least eight bytes, without
/// control characters, stars and arrows.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let (chunks, rest) = text.as_chunks::<8>();
    let mut dots = Eight::new([b'.'; 8]).equal(b'.');
    for chunk in chunks {
        match plain_dots(*chunk, dots) {
            Some(found) => dots = found,
            None => return false,
        }
    }
    // The last bytes are looked at together with some before them, which does no harm.
    let rest_is_plain = rest.is_empty()
        || text.last_chunk().is_some_and(|last| plain_dots(*last, Marks::default()).is_some());
    rest_is_plain && text.last() != Some(&b'.') && !text.is_empty()
}

/// The dots of `chunk`, unless it holds a byte to look closer at, or a dot that follows another;
/// `before` are the dots of the chunk before it.
#[inline]
fn plain_dots(chunk: [u8; 8], before: Marks) -> Option<Marks> {
    let chunk = Eight::new(chunk);
    let dots = chunk.equal(b'.');
    let special = chunk.blanks().or(chunk.equal(b'*')).or(chunk.equal(b'>'));
    let faults = special.or(dots.and(dots.behind(before)));
    (!faults.any()).then_some(dots)
}

const DOT: u8 = 1;
const EMPTY: u8 = DOT << 1;
const WILD: u8 = 4;
pub(super) const BLANK: u8 = 8;

/// The class of every byte, or zero.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut rest = classes.as_mut_slice();
    let mut byte = 0_u8;
    while let [class, behind @ ..] = rest {
        *class = match byte {
            b'.' => DOT,
            b'*' | b'>' => WILD,
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => BLANK,
            _ => 0,
        };
        byte = byte.wrapping_add(1);
        rest = behind;
    }
    classes
};

/// Every class that occurs in `text`, and [`EMPTY`] if a token is.
#[inline]
pub(super) fn survey(text: &str) -> u8 {
    let mut seen = 0;
    let mut before = DOT;
    for byte in text.bytes() {
        let class = CLASSES.get(usize::from(byte)).copied().unwrap_or_default();
        seen |= class | ((class & before & DOT) << 1);
        before = class;
    }
    seen | ((before & DOT) << 1)
}

fn explain(text: &str) -> Result<(), SubjectError> {
    let seen = survey(text);
    check_seen(text, seen)?;
    if seen <= DOT {
        return Ok(());
    }
    // A star or an arrow inside a longer token is a literal.
    if text.split('.').any(is_wildcard) { Err(SubjectError::Wildcard) } else { Ok(()) }
}

/// The rules that hold with and without wildcards.
pub(super) fn check_seen(text: &str, seen: u8) -> Result<(), SubjectError> {
    if seen & EMPTY != 0 {
        Err(SubjectError::EmptyToken)
    } else if seen & BLANK != 0 {
        Err(SubjectError::Whitespace)
    } else if text.len() > MAX_SUBJECT_LEN {
        Err(SubjectError::TooLong)
    } else {
        Ok(())
    }
}

fn is_wildcard(token: &str) -> bool {
    matches!(token, "*" | ">")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<SubjectError> {
        check_subject(text).err()
    }

    // spec: W-24
    #[test]
    fn any_text_without_blanks_is_a_legal_token() {
        for text in ["a", "a.b", "a.b.c.d.e.f.g.h", "привет.мир", "$JS.API.INFO", "_INBOX.a-b_c/d"]
        {
            assert_eq!(refusal(text), None, "{text:?}");
        }
    }

    #[test]
    fn wildcards_inside_a_longer_token_are_literal() {
        for text in ["orders.v*", "orders.*v", "a.>>", "a.**", "orders.created>", "a>b.c"] {
            assert_eq!(refusal(text), None, "{text:?}");
        }
    }

    // spec: W-16
    #[test]
    fn a_wildcard_token_is_refused() {
        for text in ["*", ">", "orders.*", "orders.>", "*.orders.created", "orders.*.created"] {
            assert_eq!(refusal(text), Some(SubjectError::Wildcard), "{text:?}");
        }
    }

    // spec: W-15, PUB-08
    #[test]
    fn an_empty_token_is_refused_wherever_it_stands() {
        for text in ["", ".", "..", ".a", "a.", "a..b", ".orders.created", "orders.created."] {
            assert_eq!(refusal(text), Some(SubjectError::EmptyToken), "{text:?}");
        }
        for at in 1..30 {
            let mut text = "x".repeat(32);
            text.replace_range(at..at + 2, "..");
            assert_eq!(refusal(&text), Some(SubjectError::EmptyToken), "{text:?}");
        }
    }

    // spec: W-14, PUB-09
    #[test]
    fn whitespace_is_refused_wherever_it_stands() {
        for blank in [" ", "\t", "\r", "\n", "\x0c"] {
            for (before, len) in (0..20).flat_map(|len| (0..=len).map(move |at| (at, len))) {
                let text = "x".repeat(before) + blank + &"x".repeat(len - before);
                assert_eq!(refusal(&text), Some(SubjectError::Whitespace), "{text:?}");
            }
        }
    }

    // spec: W-12
    #[test]
    fn what_no_control_line_can_hold_is_refused() {
        assert_eq!(refusal(&"x".repeat(MAX_SUBJECT_LEN)), None);
        assert_eq!(refusal(&"x".repeat(MAX_SUBJECT_LEN + 1)), Some(SubjectError::TooLong));
    }

    #[test]
    fn a_subject_displays_as_its_text() {
        let subject: Subject = "orders.eu".parse().unwrap();

        assert_eq!(subject.to_string(), "orders.eu");
        assert_eq!(subject.as_ref(), "orders.eu");
        assert_eq!(subject.tokens().collect::<Vec<_>>(), ["orders", "eu"]);
    }
}
