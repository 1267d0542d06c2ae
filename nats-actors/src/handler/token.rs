//! What one subject token may be.

use std::error::Error as StdError;
use std::fmt;

/// Why a text cannot be one token of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenProblem {
    /// There is no text at all.
    Empty,
    /// It has a `.`, so it would be more than one token.
    Dot,
    /// It has a `*` or `>`, so it could be taken for a wildcard.
    Wildcard,
    /// It has whitespace or a control character, which would end the subject on the wire.
    Whitespace,
}

/// A value that cannot stand in a subject, refused before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadToken {
    parameter: String,
    token: String,
    problem: TokenProblem,
}

/// The first problem of `token`, in one pass.
pub(super) fn check(token: &str) -> Result<(), TokenProblem> {
    if token.is_empty() {
        return Err(TokenProblem::Empty);
    }
    token.chars().try_for_each(|c| match c {
        '.' => Err(TokenProblem::Dot),
        '*' | '>' => Err(TokenProblem::Wildcard),
        c if c.is_whitespace() || c.is_control() => Err(TokenProblem::Whitespace),
        _ => Ok(()),
    })
}

impl BadToken {
    pub(super) fn new(parameter: &str, token: &str, problem: TokenProblem) -> Self {
        Self { parameter: parameter.to_owned(), token: token.to_owned(), problem }
    }

    /// The name of the subject parameter.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> TokenProblem {
        self.problem
    }
}

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::Dot => "it has a `.`",
            Self::Wildcard => "it has a wildcard character",
            Self::Whitespace => "it has whitespace or a control character",
        })
    }
}

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameter, token, problem } = self;
        write!(f, "{token:?} cannot be the subject token `{parameter}`: {problem}")
    }
}

impl StdError for BadToken {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_the_subject_is_refused() {
        assert_eq!(check("7"), Ok(()));
        assert_eq!(check(""), Err(TokenProblem::Empty));
        assert_eq!(check("a.b"), Err(TokenProblem::Dot));
        assert_eq!(check("*"), Err(TokenProblem::Wildcard));
        assert_eq!(check("a>"), Err(TokenProblem::Wildcard));
        assert_eq!(check("a b"), Err(TokenProblem::Whitespace));
        assert_eq!(check("a\r\nPUB"), Err(TokenProblem::Whitespace));
        assert_eq!(check("a\0"), Err(TokenProblem::Whitespace));
    }
}
