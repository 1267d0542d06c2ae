//! Subjects made from a template and values: what a generated client sends to.

use super::subject_param::SubjectParam;
use super::token::{BadToken, TokenProblem, check};

/// Fills the `{placeholders}` of a template, in order.
///
/// ```
/// use nats_actors::handler::SubjectWriter;
///
/// let subject = SubjectWriter::new("orders.v1", "{id}.cancel").param("id", &7).finish();
/// assert_eq!(subject.as_deref(), Ok("orders.v1.7.cancel"));
///
/// let refused = SubjectWriter::new("orders.v1", "{id}.cancel").param("id", &"a.b".to_owned());
/// assert_eq!(refused.finish().unwrap_err().parameter(), "id");
/// ```
#[derive(Debug)]
pub struct SubjectWriter<'t> {
    written: String,
    /// The part of the template that is not written yet.
    rest: &'t str,
    refused: Option<BadToken>,
}

impl<'t> SubjectWriter<'t> {
    /// Begins a subject; a template that begins with `/` stands by itself, others under `prefix`.
    #[must_use]
    pub fn new(prefix: &str, template: &'t str) -> Self {
        let (prefix, rest) = match template.strip_prefix('/') {
            Some(absolute) => ("", absolute),
            None => (prefix, template),
        };
        let mut written = String::with_capacity(prefix.len() + rest.len() + 16);
        written.push_str(prefix);
        Self { written, rest, refused: None }
    }

    /// Writes the template up to its next placeholder or wildcard, and `value` in its place.
    #[must_use]
    pub fn param(self, name: &str, value: &impl SubjectParam) -> Self {
        let mut token = String::new();
        value.write_token(&mut token);
        self.token(name, &token)
    }

    /// The same for `*`, or for a parameter that is a text already.
    #[must_use]
    pub fn token(self, name: &str, token: &str) -> Self {
        self.fill(name, token, check(token).err())
    }

    /// The same for `>`: `tokens` is one token or several with dots between them.
    #[must_use]
    pub fn tail(self, name: &str, tokens: &str) -> Self {
        self.fill(name, tokens, tokens.split('.').find_map(|token| check(token).err()))
    }

    /// The subject.
    ///
    /// # Errors
    ///
    /// The first [`BadToken`] among the values.
    pub fn finish(mut self) -> Result<String, BadToken> {
        while let Some(literal) = self.next() {
            self.push(literal);
        }
        self.refused.map_or(Ok(self.written), Err)
    }

    fn fill(mut self, name: &str, text: &str, problem: Option<TokenProblem>) -> Self {
        let place = loop {
            match self.next() {
                Some(token) if token.starts_with('{') || matches!(token, "*" | ">") => break token,
                Some(literal) => self.push(literal),
                None => break "",
            }
        };
        debug_assert!(!place.is_empty(), "the template has no place for `{name}`");
        self.push(text);
        let refused = problem.map(|problem| BadToken::new(name, text, problem));
        self.refused = self.refused.or(refused);
        self
    }

    fn next(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let (token, rest) = self.rest.split_once('.').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(token)
    }

    fn push(&mut self, token: &str) {
        if !self.written.is_empty() {
            self.written.push('.');
        }
        self.written.push_str(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_places_of_placeholders_and_wildcards() {
        let subject = SubjectWriter::new("p", "/{area}.items.*.>");
        let subject = subject.param("area", &"eu".to_owned()).param("token_2", &9);
        assert_eq!(subject.tail("tail", "a.b").finish().as_deref(), Ok("eu.items.9.a.b"));
    }

    #[test]
    fn the_first_bad_value_is_reported() {
        let subject = SubjectWriter::new("p", "{a}.{b}");
        let subject = subject.param("a", &"x y".to_owned()).param("b", &String::new());
        let said = subject.finish().unwrap_err().to_string();
        assert!(said.contains("`a`") && said.contains("whitespace"), "{said}");
    }

    #[test]
    fn a_tail_has_no_empty_token() {
        assert!(SubjectWriter::new("p", "a.>").tail("tail", "b..c").finish().is_err());
    }
}
