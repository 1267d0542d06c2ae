//! Subjects: the literal names that messages are published to.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The longest subject that a server with default limits can be told about.
///
/// A server takes 4096 bytes of arguments; a subject shares them with a blank and one more argument.
pub const MAX_SUBJECT_LEN: usize = 4096 - 2;

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
    let seen = survey(text);
    if seen <= DOT && text.len() <= MAX_SUBJECT_LEN { Ok(()) } else { explain(text, seen) }
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

#[cold]
fn explain(text: &str, seen: u8) -> Result<(), SubjectError> {
    check_seen(text, seen)?;
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
