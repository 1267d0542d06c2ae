//! Where a handler listens: a template under a prefix, as a pattern and the places of parameters.

/// The pattern of a template, and which token of a subject is which parameter.
///
/// ```
/// use nats_actors::handler::Route;
///
/// let route = Route::new("orders.v1", "{id}.cancel");
/// assert_eq!(route.pattern(), "orders.v1.*.cancel");
/// assert_eq!(route.token("id", "orders.v1.7.cancel"), Some((3, "7")));
/// assert_eq!(Route::new("orders.v1", "/audit.*").pattern(), "audit.*");
/// ```
#[derive(Clone, Debug)]
pub struct Route {
    pattern: String,
    params: Vec<(&'static str, usize)>,
}

impl Route {
    /// Resolves `template`, which is relative to `prefix` unless it begins with `/`.
    ///
    /// Nothing is checked: a template that was not, such as one written by hand, may give a
    /// pattern that NATS refuses.
    #[must_use]
    pub fn new(prefix: &str, template: &'static str) -> Self {
        let (prefix, template) = match template.strip_prefix('/') {
            Some(absolute) => ("", absolute),
            None => (prefix, template),
        };
        let mut route = Self { pattern: prefix.to_owned(), params: Vec::new() };
        let prefix_len = prefix.split('.').filter(|token| !token.is_empty()).count();
        for (index, token) in template.split('.').enumerate() {
            route.push(prefix_len + index, token);
        }
        route
    }

    /// What the server matches subjects against: every `{placeholder}` is a `*`.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Names of the parameters, each with its place among the tokens, counted from 0.
    #[must_use]
    pub fn params(&self) -> &[(&'static str, usize)] {
        &self.params
    }

    /// The token of `subject` that is the parameter `name`, and its number, counted from 1.
    #[must_use]
    pub fn token<'s>(&self, name: &str, subject: &'s str) -> Option<(usize, &'s str)> {
        let (_, place) = self.params.iter().find(|(other, _)| *other == name)?;
        Some((place + 1, subject.split('.').nth(*place)?))
    }

    fn push(&mut self, place: usize, token: &'static str) {
        let name = token.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if !self.pattern.is_empty() {
            self.pattern.push('.');
        }
        self.pattern.push_str(name.map_or(token, |_| "*"));
        self.params.extend(name.map(|name| (name, place)));
    }
}
