//! Patterns: subjects with wildcards, and what they match.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::subject::{Subject, SubjectError, check_seen, survey};

/// A legal subject that may hold wildcards: what one subscribes to.
///
/// A token that is `*` matches any one token; a last token that is `>` matches one or more.
/// Inside a longer token both are literal. Cloning shares the text.
///
/// ```
/// # use nats_actors::protocol::{Pattern, PatternError};
/// let pattern: Pattern = "orders.*.created".parse()?;
///
/// assert!(pattern.matches("orders.eu.created"));
/// assert!(!pattern.matches("orders.eu.north.created"));
/// # Ok::<(), PatternError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(Arc<str>);

impl Pattern {
    /// The text, as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between the dots: one or more, none of them empty.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether no token is a wildcard: the pattern matches one subject only, itself.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !self.tokens().any(|token| matches!(token, "*" | ">"))
    }

    /// Whether a message published to `subject` reaches a subscription to this pattern.
    ///
    /// Reads both texts once and allocates nothing.
    #[must_use]
    pub fn matches(&self, subject: &str) -> bool {
        let mut subject = subject.split('.');
        for token in self.tokens() {
            match (token, subject.next()) {
                (_, None) => return false,
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (token, Some(other)) if token == other => {}
                _ => return false,
            }
        }
        subject.next().is_none()
    }

    /// Whether there is a subject that both patterns match.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (mut ours, mut theirs) = (self.tokens(), other.tokens());
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (None, Some(_)) | (Some(_), None) => return false,
                (Some(">"), Some(_)) | (Some(_), Some(">")) => return true,
                (Some("*"), Some(_)) | (Some(_), Some("*")) => {}
                (Some(our), Some(their)) if our == their => {}
                _ => return false,
            }
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_pattern(text)?;
        Ok(Self(text.into()))
    }
}

impl From<&Subject> for Pattern {
    fn from(subject: &Subject) -> Self {
        Self(subject.as_str().into())
    }
}

impl AsRef<str> for Pattern {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternError {
    /// Two dots meet, or a dot stands at either end, or there is no text at all.
    EmptyToken,
    /// Whitespace would end the subject on the wire and begin the queue group.
    Whitespace,
    /// A token that is `>` has another token behind it.
    MisplacedArrow,
    /// The text is longer than [`MAX_SUBJECT_LEN`](super::MAX_SUBJECT_LEN) bytes.
    TooLong,
}

impl Error for PatternError {}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyToken => "subject has an empty token",
            Self::Whitespace => "subject has whitespace",
            Self::MisplacedArrow => "subject goes on behind its `>`",
            Self::TooLong => "subject is too long",
        })
    }
}

/// Checks that `text` is a [`Pattern`], without making one. Allocates nothing.
///
/// # Errors
///
/// The first rule of [`PatternError`] that `text` breaks.
pub fn check_pattern(text: &str) -> Result<(), PatternError> {
    check_seen(text, survey(text)).map_err(|error| match error {
        SubjectError::EmptyToken => PatternError::EmptyToken,
        SubjectError::Whitespace | SubjectError::Wildcard => PatternError::Whitespace,
        SubjectError::TooLong => PatternError::TooLong,
    })?;
    let behind_arrow = text.split('.').skip_while(|token| *token != ">").nth(1);
    behind_arrow.map_or(Ok(()), |_| Err(PatternError::MisplacedArrow))
}
