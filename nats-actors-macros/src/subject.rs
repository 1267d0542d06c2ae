//! Subjects as they are written in attributes: `"{id}.cancel"`, `"/audit.*"`, `"events.>"`.

use syn::LitStr;

use crate::diagnostics::Diagnostics;

/// A checked subject template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    /// Whether it began with `/`, and so stands by itself instead of under a prefix.
    pub(crate) absolute: bool,
    pub(crate) tokens: Vec<Token>,
}

/// One token between the dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Literal(String),
    /// `{name}`: a subject parameter.
    Placeholder(String),
    /// `*`: any one token, ignored.
    Any,
    /// `>`: any tokens to the end, ignored.
    Tail,
}

impl Template {
    /// Checks every token and reports each problem at the literal.
    pub(crate) fn parse(literal: LitStr, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = literal.value();
        let relative = text.strip_prefix('/');
        let words: Vec<&str> = relative.unwrap_or(&text).split('.').collect();
        let mut tokens = Vec::new();
        let mut problems = Vec::new();
        for (index, word) in words.iter().enumerate() {
            match parse_token(word, index + 1, index + 1 == words.len()) {
                Ok(token) if is_placeholder(&token) && tokens.contains(&token) => {
                    problems.push(format!("{word} stands twice"));
                }
                Ok(token) => tokens.push(token),
                Err(problem) => problems.push(problem),
            }
        }
        for problem in &problems {
            diagnostics.error(&literal, format!("`{text}`: {problem}"));
        }
        let absolute = relative.is_some();
        problems.is_empty().then_some(Self { literal, absolute, tokens })
    }

    /// Names of the `{placeholders}`, in order.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Placeholder(name) => Some(name.as_str()),
            Token::Literal(_) | Token::Any | Token::Tail => None,
        })
    }

    /// The pattern that the server sees, without the prefix.
    pub(crate) fn pattern(&self) -> String {
        let words: Vec<&str> = self.tokens.iter().map(Token::pattern).collect();
        words.join(".")
    }

    /// A subject that both match, if there is one.
    pub(crate) fn overlap(&self, other: &Self) -> Option<String> {
        if self.absolute != other.absolute {
            return None;
        }
        overlap(&self.tokens, &other.tokens).map(|words| words.join("."))
    }
}

impl Token {
    fn pattern(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Placeholder(_) | Self::Any => "*",
            Self::Tail => ">",
        }
    }
}

fn is_placeholder(token: &Token) -> bool {
    matches!(token, Token::Placeholder(_))
}

fn overlap<'a>(left: &'a [Token], right: &'a [Token]) -> Option<Vec<&'a str>> {
    let rest = |tokens: &'a [Token]| tokens.iter().map(Token::pattern).collect::<Vec<_>>();
    match (left, right) {
        ([], []) => Some(Vec::new()),
        ([Token::Tail], tokens @ [_, ..]) | (tokens @ [_, ..], [Token::Tail]) => Some(rest(tokens)),
        ([Token::Literal(a), ..], [Token::Literal(b), ..]) if a != b => None,
        ([a, left @ ..], [b, right @ ..]) => {
            let word = if matches!(a, Token::Literal(_)) { a.pattern() } else { b.pattern() };
            let mut words = overlap(left, right)?;
            words.insert(0, word);
            Some(words)
        }
        _ => None,
    }
}

fn parse_token(word: &str, number: usize, last: bool) -> Result<Token, String> {
    match word {
        "" => Err(format!("token {number} is empty")),
        "*" => Ok(Token::Any),
        ">" if last => Ok(Token::Tail),
        ">" => Err("`>` must be the last token".to_owned()),
        _ if word.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Err("a subject cannot contain spaces".to_owned())
        }
        _ if word.contains(['{', '}']) => parse_placeholder(word),
        _ if word.contains(['*', '>']) => Err("a wildcard is a whole token".to_owned()),
        _ => Ok(Token::Literal(word.to_owned())),
    }
}

fn parse_placeholder(word: &str) -> Result<Token, String> {
    let name = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match name {
        Some(name) if syn::parse_str::<syn::Ident>(name).is_ok() => {
            Ok(Token::Placeholder(name.to_owned()))
        }
        Some(name) if !name.contains(['{', '}']) => {
            Err(format!("`{{{name}}}` is not the name of a parameter"))
        }
        _ => Err("a placeholder is a whole token; NATS cannot match part of one".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn template(text: &str) -> Result<Template, String> {
        let mut diagnostics = Diagnostics::default();
        let template = Template::parse(LitStr::new(text, Span::call_site()), &mut diagnostics);
        template.ok_or_else(|| diagnostics.into_tokens().to_string())
    }

    #[test]
    fn placeholders_become_wildcards() {
        let template = template("/{id}.cancel.*.>").unwrap();

        assert!(template.absolute);
        assert_eq!(template.pattern(), "*.cancel.*.>");
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["id"]);
    }

    #[test]
    fn every_problem_of_a_subject_is_named() {
        for (text, problem) in [
            ("orders..cancel", "token 2 is empty"),
            ("", "token 1 is empty"),
            ("a.>.b", "`>` must be the last token"),
            ("a b", "cannot contain spaces"),
            ("order-{id}", "a placeholder is a whole token"),
            ("{}", "is not the name of a parameter"),
            ("{id}.{id}", "{id} stands twice"),
            ("order-*", "a wildcard is a whole token"),
        ] {
            let said = template(text).unwrap_err();
            assert!(said.contains(problem), "{text}: {said}");
        }
    }

    #[test]
    fn overlaps_are_shown_by_a_subject_that_both_match() {
        let overlap = |a: &str, b: &str| template(a).unwrap().overlap(&template(b).unwrap());

        assert_eq!(overlap("{id}", "count").as_deref(), Some("count"));
        assert_eq!(overlap("{id}.get", "a.*").as_deref(), Some("a.get"));
        assert_eq!(overlap(">", "a.b").as_deref(), Some("a.b"));
        assert_eq!(overlap("a.>", "a"), None);
        assert_eq!(overlap("{id}.a", "{id}.b"), None);
        assert_eq!(overlap("/count", "count"), None);
    }
}
