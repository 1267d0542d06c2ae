//! One user of a server, and what it may do.

use std::fmt::Write as _;

/// A user that a server knows, and what it may publish and subscribe to.
///
/// Without any permission call it may do all. One allowed subject makes everything else forbidden;
/// a denied subject is forbidden in any case.
#[derive(Clone, Debug)]
#[must_use = "a user does nothing until a configuration has it"]
pub struct User {
    pub(super) login: Login,
    pub(super) publish: Rules,
    pub(super) subscribe: Rules,
    pub(super) responses: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Login {
    Password { name: String, password: String },
    Nkey { public_key: String },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) allow: Vec<String>,
    pub(super) deny: Vec<String>,
}

impl User {
    /// A user that logs in with a name and a password.
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self::with(Login::Password { name: name.into(), password: password.into() })
    }

    /// A user that signs the server's nonce with the key that belongs to this public key (`U…`).
    pub fn nkey(public_key: impl Into<String>) -> Self {
        Self::with(Login::Nkey { public_key: public_key.into() })
    }

    /// Allows publishing to a subject; wildcards count.
    pub fn allow_publish(mut self, subject: impl Into<String>) -> Self {
        self.publish.allow.push(subject.into());
        self
    }

    /// Forbids publishing to a subject; wildcards count.
    pub fn deny_publish(mut self, subject: impl Into<String>) -> Self {
        self.publish.deny.push(subject.into());
        self
    }

    /// Allows subscribing to a subject; `"subject queue"` restricts it to a queue group.
    pub fn allow_subscribe(mut self, subject: impl Into<String>) -> Self {
        self.subscribe.allow.push(subject.into());
        self
    }

    /// Forbids subscribing to a subject; `"subject queue"` restricts it to a queue group.
    pub fn deny_subscribe(mut self, subject: impl Into<String>) -> Self {
        self.subscribe.deny.push(subject.into());
        self
    }

    /// Allows one reply to the reply subject of each message received, whatever else is forbidden.
    pub fn allow_responses(mut self) -> Self {
        self.responses = true;
        self
    }

    pub(super) fn is_restricted(&self) -> bool {
        let empty = |rules: &Rules| rules.allow.is_empty() && rules.deny.is_empty();
        self.responses || !empty(&self.publish) || !empty(&self.subscribe)
    }

    pub(super) fn userinfo(&self) -> Option<String> {
        match &self.login {
            Login::Password { name, password } => {
                Some(format!("{}:{}", percent_encoded(name), percent_encoded(password)))
            }
            Login::Nkey { .. } => None,
        }
    }

    fn with(login: Login) -> Self {
        let (publish, subscribe) = (Rules::default(), Rules::default());
        Self { login, publish, subscribe, responses: false }
    }
}

/// Everything but what RFC 3986 calls unreserved is escaped, so that any password makes a URL.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to a `String` cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_with_url_characters_is_escaped() {
        let user = User::new("ann", "p@ss:w/rd");

        assert_eq!(user.userinfo().as_deref(), Some("ann:p%40ss%3Aw%2Frd"));
    }

    #[test]
    fn an_nkey_has_no_place_in_a_url() {
        assert_eq!(User::nkey("UABC").userinfo(), None);
    }
}
