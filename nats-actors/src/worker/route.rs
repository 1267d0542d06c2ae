//! One pattern of a consumer and what its tokens mean.

use super::order::key_of;

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
    /// Index of the token that is the key of a message. Default: none.
    pub key: Option<usize>,
}

impl RouteSpec {
    /// A route without placeholders and without a key.
    #[must_use]
    pub const fn new(name: &'static str, pattern: &'static str) -> Self {
        Self { name, pattern, params: &[], key: None }
    }

    /// A route for what no other route matches.
    #[must_use]
    pub const fn fallback(name: &'static str) -> Self {
        Self::new(name, "")
    }

    /// Sets the placeholders and the index of their tokens.
    #[must_use]
    pub const fn params(mut self, params: &'static [(&'static str, usize)]) -> Self {
        self.params = params;
        self
    }

    /// Sets the token that is the key of a message.
    #[must_use]
    pub const fn key(mut self, token: usize) -> Self {
        self.key = Some(token);
        self
    }

    /// Whether the route takes messages of this subject.
    #[must_use]
    pub fn matches(&self, subject: &str) -> bool {
        let mut tokens = subject.split('.');
        for wanted in self.pattern.split('.') {
            match (wanted, tokens.next()) {
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (literal, Some(token)) if literal == token => {}
                _ => return false,
            }
        }
        tokens.next().is_none()
    }

    /// The key of a message by its subject, if the route has one.
    #[must_use]
    pub fn key_of(&self, subject: &str) -> Option<u64> {
        subject.split('.').nth(self.key?).map(key_of)
    }
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
    fn the_key_is_one_token() {
        let route = RouteSpec::new("r", "orders.*.placed").key(1);

        assert_eq!(route.key_of("orders.7.placed"), Some(key_of("7")));
        assert_eq!(route.key_of("orders"), None);
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
                let route = RouteSpec { name: "r", pattern: pattern.leak(), params: &[], key: None };
                prop_assert!(route.matches(&subject), "{}", route.pattern);
            }
        }
    }
}
