//! One pattern of a consumer and what its tokens mean.

/// A pattern of subjects that one handler takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteSpec {
    /// The handler's name, for logs and statistics.
    pub name: &'static str,
    /// The pattern on the wire, placeholders as `*`. Empty for a fallback, which no subject matches.
    pub pattern: &'static str,
    /// The placeholders and the index of their tokens.
    pub params: &'static [(&'static str, usize)],
}

impl RouteSpec {
    /// A route without placeholders.
    #[must_use]
    pub const fn new(name: &'static str, pattern: &'static str) -> Self {
        Self { name, pattern, params: &[] }
    }

    /// A route for what no other route matches.
    #[must_use]
    pub const fn fallback(name: &'static str) -> Self {
        Self::new(name, "")
    }

    /// Sets the placeholders and the index of their tokens. See [the field](Self#structfield.params).
    #[must_use]
    pub const fn params(mut self, params: &'static [(&'static str, usize)]) -> Self {
        self.params = params;
        self
    }

    /// Whether the route is for what no other route matches.
    #[must_use]
    pub const fn is_fallback(&self) -> bool {
        self.pattern.is_empty()
    }

    /// Whether the route takes messages of this subject.
    #[must_use]
    pub fn matches(&self, subject: &str) -> bool {
        !self.is_fallback() && matches(self.pattern, subject)
    }

    /// The token that stands for a placeholder.
    #[must_use]
    pub fn param<'a>(&self, name: &str, subject: &'a str) -> Option<&'a str> {
        let (_, index) = self.params.iter().find(|(param, _)| *param == name)?;
        subject.split('.').nth(*index)
    }

    /// Whether a placeholder has this name; can run in a `const`.
    #[must_use]
    pub const fn has_param(&self, name: &str) -> bool {
        let mut rest = self.params;
        while let [(param, _), tail @ ..] = rest {
            if same(param.as_bytes(), name.as_bytes()) {
                return true;
            }
            rest = tail;
        }
        false
    }
}

/// Whether a name is among others; can run in a `const`.
#[cfg(feature = "macros")]
pub(crate) const fn is_among(name: &str, mut names: &[&str]) -> bool {
    while let [other, rest @ ..] = names {
        if same(other.as_bytes(), name.as_bytes()) {
            return true;
        }
        names = rest;
    }
    false
}

/// Whether a pattern matches a subject.
pub(crate) fn matches(pattern: &str, subject: &str) -> bool {
    let mut tokens = subject.split('.');
    for wanted in pattern.split('.') {
        match (wanted, tokens.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (literal, Some(token)) if literal == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

/// Whether a subject exists that both patterns match.
pub(crate) fn overlap(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(">"), Some(_)) | (Some(_), Some(">")) => return true,
            (Some(a), Some(b)) if a == b || a == "*" || b == "*" => {}
            _ => return false,
        }
    }
}

/// Equality of bytes; the operator cannot run in a `const`.
const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([a, left_tail @ ..], [b, right_tail @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (left_tail, right_tail);
    }
    left.is_empty() && right.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wildcards_match_as_the_server_matches_them() {
        let matches = |pattern, subject| RouteSpec::new("r", pattern).matches(subject);

        assert!(matches("a.*.c", "a.b.c"));
        assert!(matches("a.>", "a.b.c"));
        assert!(!matches("a.>", "a"));
        assert!(!matches("a.*", "a.b.c"));
        assert!(!matches("a.b.c", "a.b"));
        assert!(!RouteSpec::fallback("r").matches("a"));
    }

    #[test]
    fn overlaps_are_found() {
        assert!(overlap("a.*", "a.b"));
        assert!(overlap("a.>", "*.b.c"));
        assert!(overlap(">", "a"));
        assert!(!overlap("a.b", "a.c"));
        assert!(!overlap("a.>", "a"));
        assert!(!overlap("a.*", "a.b.c"));
    }

    #[test]
    fn a_placeholder_is_one_token() {
        const ROUTE: RouteSpec = RouteSpec::new("r", "orders.*.placed").params(&[("id", 1)]);
        const { assert!(ROUTE.has_param("id") && !ROUTE.has_param("i") && !ROUTE.has_param("idx")) };

        assert_eq!(ROUTE.param("id", "orders.7.placed"), Some("7"));
        assert_eq!(ROUTE.param("id", "orders"), None);
        assert_eq!(ROUTE.param("name", "orders.7.placed"), None);
    }

    proptest! {
        #[test]
        fn a_subject_matches_itself_and_its_generalisations(tokens in prop::collection::vec("[a-z]{1,3}", 1..6), at in 0_usize..6) {
            let subject = tokens.join(".");
            let at = at % tokens.len();
            let mut starred = tokens.clone();
            starred[at] = "*".to_owned();
            let mut tailed = tokens[..at].to_vec();
            tailed.push(">".to_owned());

            for pattern in [subject.clone(), starred.join("."), tailed.join(".")] {
                let route = RouteSpec { name: "r", pattern: pattern.leak(), params: &[] };
                prop_assert!(route.matches(&subject), "{}", route.pattern);
            }
        }
    }
}
