//! From one subject to another, by the rules of the server's subject mapping.

use std::error::Error;
use std::fmt;
use std::str::FromStr as _;

use super::pattern::{Pattern, PatternError};

/// Turns subjects that match a source into subjects of another form (ADR-30).
///
/// The source is a [`Pattern`]. In the destination, `{{wildcard(n)}}` (or `$n`) stands for what the n-th `*` of the source
/// matched, counted from 1; `{{split(n,separator)}}` for its parts at each `separator`, as tokens;
/// `{{splitfromleft(n,at)}}`, `{{splitfromright(n,at)}}`, `{{left(n,length)}}` and `{{right(n,length)}}` for its parts by
/// length; and a last `>` for what the `>` of the source matched. The server's `partition` and `random` are not here:
/// what they give is the server's affair.
///
/// ```
/// # use nats_actors::protocol::{SubjectTransform, TransformError};
/// let transform = SubjectTransform::new("orders.*.*.>", "by.{{wildcard(2)}}.{{wildcard(1)}}.>")?;
///
/// assert_eq!(transform.apply("orders.eu.42.new").as_deref(), Some("by.42.eu.new"));
/// assert_eq!(transform.apply("invoices.eu.42.new"), None);
/// # Ok::<(), TransformError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectTransform {
    source: Pattern,
    destination: Vec<Token>,
}

/// One token of a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
    Wildcard(usize),
    Split(usize, String),
    SplitFromLeft(usize, usize),
    SplitFromRight(usize, usize),
    Left(usize, usize),
    Right(usize, usize),
    Rest,
}

impl SubjectTransform {
    /// Reads both sides.
    ///
    /// # Errors
    ///
    /// The first rule of [`TransformError`] that they break.
    pub fn new(source: &str, destination: &str) -> Result<Self, TransformError> {
        let source = Pattern::from_str(source).map_err(TransformError::Source)?;
        let wildcards = source.tokens().filter(|token| *token == "*").count();
        let has_rest = source.tokens().last() == Some(">");
        let tokens = destination.split('.').map(|token| parse(token, wildcards));
        let destination = tokens.collect::<Result<Vec<_>, _>>()?;
        let rest = destination.iter().position(|token| *token == Token::Rest);
        match rest {
            Some(at) if !has_rest || at + 1 < destination.len() => Err(TransformError::Arrow),
            None if has_rest => Err(TransformError::Arrow),
            _ => Ok(Self { source, destination }),
        }
    }

    /// What it turns.
    #[must_use]
    pub fn source(&self) -> &Pattern {
        &self.source
    }

    /// The new subject; `None` if `subject` does not match the source, or if a part of it would be empty.
    #[must_use]
    pub fn apply(&self, subject: &str) -> Option<String> {
        let captures = self.source.captures(subject)?;
        let mut out = String::with_capacity(subject.len());
        for token in &self.destination {
            if !out.is_empty() {
                out.push('.');
            }
            let before = out.len();
            token.write(&captures, &mut out)?;
            if out.len() == before {
                return None;
            }
        }
        Some(out)
    }
}

impl Token {
    fn write(&self, captures: &[&str], out: &mut String) -> Option<()> {
        let captured = |n: usize| captures.get(n).copied();
        match self {
            Self::Literal(text) => out.push_str(text),
            Self::Wildcard(n) => out.push_str(captured(*n)?),
            Self::Rest => out.push_str(captures.last()?),
            Self::Split(n, separator) => {
                let parts = captured(*n)?.split(separator.as_str()).filter(|part| !part.is_empty());
                join(parts, out);
            }
            Self::SplitFromLeft(n, at) => cut(captured(*n)?, *at, out),
            Self::SplitFromRight(n, at) => {
                let text = captured(*n)?;
                cut(text, text.len().saturating_sub(*at), out);
            }
            Self::Left(n, length) => {
                let text = captured(*n)?;
                out.push_str(text.get(..*length).unwrap_or(text));
            }
            Self::Right(n, length) => {
                let text = captured(*n)?;
                let at = text.len().saturating_sub(*length);
                out.push_str(text.get(at..).unwrap_or(text));
            }
        }
        Some(())
    }
}

fn join<'a>(parts: impl Iterator<Item = &'a str>, out: &mut String) {
    for (n, part) in parts.enumerate() {
        if n > 0 {
            out.push('.');
        }
        out.push_str(part);
    }
}

/// Both sides of a cut as tokens; all of it as one token if there is nothing on one side.
fn cut(text: &str, at: usize, out: &mut String) {
    match text.split_at_checked(at) {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            join([left, right].into_iter(), out);
        }
        _ => out.push_str(text),
    }
}

fn parse(token: &str, wildcards: usize) -> Result<Token, TransformError> {
    let place = |text: &str| match text.trim().parse::<usize>() {
        Ok(n) if (1..=wildcards).contains(&n) => Ok(n - 1),
        _ => Err(TransformError::Wildcard),
    };
    if token == ">" {
        return Ok(Token::Rest);
    }
    if let Some(n) = token.strip_prefix('$').filter(|n| n.parse::<usize>().is_ok()) {
        return place(n).map(Token::Wildcard);
    }
    let Some(inner) = token.strip_prefix("{{").and_then(|token| token.strip_suffix("}}")) else {
        let blank = token.contains(char::is_whitespace);
        let illegal = blank || token.is_empty() || token == "*" || token.contains("{{");
        return if illegal { Err(TransformError::Destination) } else { Ok(literal(token)) };
    };
    let call = inner.trim().strip_suffix(')').and_then(|call| call.split_once('('));
    let (name, arguments) = call.ok_or(TransformError::Function)?;
    let (first, second) = match arguments.split_once(',') {
        Some((first, second)) => (first, Some(second.trim())),
        None => (arguments, None),
    };
    function(&name.trim().to_ascii_lowercase(), place(first), second)
}

fn literal(token: &str) -> Token {
    Token::Literal(token.to_owned())
}

fn function(
    name: &str,
    wildcard: Result<usize, TransformError>,
    second: Option<&str>,
) -> Result<Token, TransformError> {
    let number = || second.and_then(|text| text.parse().ok()).filter(|n| *n > 0_usize);
    let length = number().ok_or(TransformError::Function);
    match (name, second) {
        ("wildcard", None) => Ok(Token::Wildcard(wildcard?)),
        ("split", Some(separator)) if !separator.is_empty() && !separator.contains('.') => {
            Ok(Token::Split(wildcard?, separator.to_owned()))
        }
        ("splitfromleft", _) => Ok(Token::SplitFromLeft(wildcard?, length?)),
        ("splitfromright", _) => Ok(Token::SplitFromRight(wildcard?, length?)),
        ("left", _) => Ok(Token::Left(wildcard?, length?)),
        ("right", _) => Ok(Token::Right(wildcard?, length?)),
        _ => Err(TransformError::Function),
    }
}

/// Why two texts are not a [`SubjectTransform`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransformError {
    /// The source is not a pattern.
    Source(PatternError),
    /// The destination has an empty token, whitespace or a `*`.
    Destination,
    /// The destination names a wildcard that the source does not have.
    Wildcard,
    /// The destination calls a function that is not known here, or calls it wrongly.
    Function,
    /// A `>` stands on one side only, or is not the destination's last token.
    Arrow,
}

impl Error for TransformError {}

impl fmt::Display for TransformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => write!(f, "source is not a pattern: {error}"),
            Self::Destination => {
                f.write_str("destination has an empty token, whitespace or a star")
            }
            Self::Wildcard => {
                f.write_str("destination names a wildcard that the source does not have")
            }
            Self::Function => f.write_str("destination calls no known function"),
            Self::Arrow => f.write_str("`>` must end both sides or none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(source: &str, destination: &str, subject: &str) -> Option<String> {
        SubjectTransform::new(source, destination).unwrap().apply(subject)
    }

    // spec: UTL-07
    #[test]
    fn each_function_gives_its_part() {
        let cases = [
            ("a.*.*", "b.$2.{{wildcard(1)}}", "a.x.y", Some("b.y.x")),
            ("a.>", "b.c.>", "a.x.y", Some("b.c.x.y")),
            ("*.a.>", "z.{{ Wildcard( 1 ) }}.>", "n.a.x", Some("z.n.x")),
            ("*", "p.{{split(1,-)}}", "x-y-z", Some("p.x.y.z")),
            ("*", "p.{{split(1,-)}}", "-x--y-", Some("p.x.y")),
            ("*", "p.{{split(1,-)}}", "--", None),
            ("*", "{{splitfromleft(1,2)}}", "abcde", Some("ab.cde")),
            ("*", "{{splitfromright(1,2)}}", "abcde", Some("abc.de")),
            ("*", "{{splitfromleft(1,9)}}", "abc", Some("abc")),
            ("*", "{{splitfromright(1,9)}}", "abc", Some("abc")),
            ("*", "{{left(1,2)}}.{{right(1,2)}}", "abcde", Some("ab.de")),
            ("*", "{{left(1,9)}}.{{right(1,9)}}", "abc", Some("abc.abc")),
            ("*", "{{left(1,1)}}", "é", Some("é")),
            ("a.b", "c.d", "a.b", Some("c.d")),
            ("a.*", "c.$1", "b.x", None),
            ("a.*", "c", "a.x", Some("c")),
        ];
        for (source, destination, subject, expected) in cases {
            let applied = apply(source, destination, subject);
            assert_eq!(applied.as_deref(), expected, "{source} -> {destination} of {subject}");
        }
    }

    // spec: UTL-07
    #[test]
    fn what_cannot_be_applied_is_refused_with_its_rule() {
        let cases = [
            ("a..b", "c", TransformError::Source(PatternError::EmptyToken)),
            ("a", "", TransformError::Destination),
            ("a", "b c", TransformError::Destination),
            ("a.*", "b.*", TransformError::Destination),
            ("a.*", "b.$2", TransformError::Wildcard),
            ("a", "b.{{wildcard(1)}}", TransformError::Wildcard),
            ("a.*", "b.{{wildcard(0)}}", TransformError::Wildcard),
            ("a.*", "{{partition(1,1)}}", TransformError::Function),
            ("a.*", "{{left(1)}}", TransformError::Function),
            ("a.*", "{{left(1,0)}}", TransformError::Function),
            ("a.*", "{{wildcard}}", TransformError::Function),
            ("a.>", "b", TransformError::Arrow),
            ("a", "b.>", TransformError::Arrow),
            ("a.>", ">.b", TransformError::Arrow),
        ];
        for (source, destination, expected) in cases {
            let refused = SubjectTransform::new(source, destination);
            assert_eq!(refused, Err(expected), "{source} -> {destination}");
        }
    }
}
