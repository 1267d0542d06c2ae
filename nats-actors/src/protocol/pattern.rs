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
        let mut subject = byte_tokens(subject);
        for token in byte_tokens(&self.0) {
            match (token, subject.next()) {
                (_, None) => return false,
                (b">", Some(_)) => return true,
                (b"*", Some(_)) => {}
                (token, Some(other)) if token == other => {}
                _ => return false,
            }
        }
        subject.next().is_none()
    }

    /// What the wildcards match in `subject`, in order: a token for each `*`, and all that is left for `>`.
    ///
    /// `None` if the pattern does not match.
    ///
    /// ```
    /// # use nats_actors::protocol::{Pattern, PatternError};
    /// let pattern: Pattern = "orders.*.>".parse()?;
    ///
    /// assert_eq!(pattern.captures("orders.eu.42.new"), Some(vec!["eu", "42.new"]));
    /// # Ok::<(), PatternError>(())
    /// ```
    #[must_use]
    pub fn captures<'a>(&self, subject: &'a str) -> Option<Vec<&'a str>> {
        let mut captured = Vec::new();
        let mut rest = Some(subject);
        for token in self.tokens() {
            let here = rest?;
            if token == ">" {
                captured.push(here);
                return Some(captured);
            }
            let (first, behind) = match here.split_once('.') {
                Some((first, behind)) => (first, Some(behind)),
                None => (here, None),
            };
            match token {
                "*" => captured.push(first),
                literal if literal == first => {}
                _ => return None,
            }
            rest = behind;
        }
        rest.is_none().then_some(captured)
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

/// The tokens as bytes: for short ones, that is faster than to look for a character.
fn byte_tokens(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().split(|byte| *byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        text.parse().unwrap()
    }

    // spec: W-15
    #[test]
    fn an_arrow_is_legal_at_the_end_only() {
        for text in [">", "a.>", "*.>", "*", "a.*.b", "a>.b", "a.>b.c", "a.b"] {
            assert_eq!(check_pattern(text), Ok(()), "{text:?}");
        }
        for text in [">.a", "a.>.b", ">.>"] {
            assert_eq!(check_pattern(text), Err(PatternError::MisplacedArrow), "{text:?}");
        }
    }

    // spec: W-14, W-15
    #[test]
    fn the_rules_of_subjects_hold_too() {
        assert_eq!(check_pattern(""), Err(PatternError::EmptyToken));
        assert_eq!(check_pattern("a..>"), Err(PatternError::EmptyToken));
        assert_eq!(check_pattern("foo bar"), Err(PatternError::Whitespace));
        assert_eq!(check_pattern(&"x".repeat(5000)), Err(PatternError::TooLong));
    }

    // spec: UTL-07
    #[test]
    fn a_star_matches_one_token_and_an_arrow_one_or_more() {
        let cases = [
            ("a.b", "a.b", true),
            ("a.b", "a.c", false),
            ("a.b", "a", false),
            ("a", "a.b", false),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("a.*", "a.b.c", false),
            ("*", "a", true),
            ("a.>", "a", false),
            ("a.>", "a.b", true),
            ("a.>", "a.b.c", true),
            (">", "a.b.c", true),
            ("*.b.>", "a.b.c.d", true),
            ("*.b.>", "a.c.c.d", false),
            ("a.v*", "a.v*", true),
            ("a.v*", "a.v1", false),
        ];
        for (text, subject, expected) in cases {
            assert_eq!(pattern(text).matches(subject), expected, "{text} on {subject}");
            assert_eq!(pattern(text).captures(subject).is_some(), expected, "{text} on {subject}");
        }
    }

    // spec: UTL-07
    #[test]
    fn patterns_overlap_if_a_subject_matches_both() {
        let cases = [
            ("a.b", "a.b", true),
            ("a.b", "a.c", false),
            ("a.*", "*.b", true),
            ("a.*", "b.*", false),
            ("a.>", "a", false),
            ("a.>", "a.b.c", true),
            ("a.>", "*.*", true),
            ("a.*.c", "a.b.>", true),
            ("a.*.c", "a.b", false),
            (">", "*", true),
        ];
        for (one, other, expected) in cases {
            assert_eq!(pattern(one).overlaps(&pattern(other)), expected, "{one} and {other}");
            assert_eq!(pattern(other).overlaps(&pattern(one)), expected, "{other} and {one}");
        }
    }

    #[test]
    fn a_pattern_without_wildcard_tokens_is_literal() {
        assert!(pattern("a.v*").is_literal());
        assert!(!pattern("a.*").is_literal());
        assert!(!pattern("a.>").is_literal());
        assert!(Pattern::from(&"a.b".parse::<Subject>().unwrap()).is_literal());
    }
}
