//! What a client tells about itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The content of `CONNECT`.
///
/// `Debug` shows which credentials are there, never what they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConnectInfo {
    /// Whether the server acknowledges every operation with `+OK`. Default: no.
    pub verbose: bool,
    /// Whether the server checks subjects more strictly. Default: no.
    pub pedantic: bool,
    /// Whether the client insists on TLS. Default: no.
    pub tls_required: bool,
    /// The connection's name in the server's monitoring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language of the client. Default: `rust`.
    pub lang: String,
    /// The version of the client. Default: the version of this crate.
    pub version: String,
    /// The client protocol's version; 1, without which the server never sends a second `INFO`.
    pub protocol: i32,
    /// Whether the connection gets its own messages. Default: yes.
    pub echo: bool,
    /// Whether the client can receive headers; what the server's `INFO` says. Default: yes.
    pub headers: bool,
    /// Whether a request without a responder is answered at once. Needs `headers`. Default: yes.
    pub no_responders: bool,
    /// Credentials: a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
    /// Credentials: a user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Credentials: that user's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<String>,
    /// Credentials: a user's JWT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt: Option<String>,
    /// Credentials: a user's public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nkey: Option<String>,
    /// Credentials: the signature of the server's nonce, as base64url without padding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
}

impl Default for ConnectInfo {
    fn default() -> Self {
        Self {
            verbose: false,
            pedantic: false,
            tls_required: false,
            name: None,
            lang: String::from("rust"),
            version: String::from(env!("CARGO_PKG_VERSION")),
            protocol: 1,
            echo: true,
            headers: true,
            no_responders: true,
            auth_token: None,
            user: None,
            pass: None,
            jwt: None,
            nkey: None,
            sig: None,
        }
    }
}

impl fmt::Debug for ConnectInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectInfo")
            .field("verbose", &self.verbose)
            .field("pedantic", &self.pedantic)
            .field("tls_required", &self.tls_required)
            .field("name", &self.name)
            .field("lang", &self.lang)
            .field("version", &self.version)
            .field("protocol", &self.protocol)
            .field("echo", &self.echo)
            .field("headers", &self.headers)
            .field("no_responders", &self.no_responders)
            .field("auth_token", &redacted(self.auth_token.as_ref()))
            .field("user", &redacted(self.user.as_ref()))
            .field("pass", &redacted(self.pass.as_ref()))
            .field("jwt", &redacted(self.jwt.as_ref()))
            .field("nkey", &redacted(self.nkey.as_ref()))
            .field("sig", &redacted(self.sig.as_ref()))
            .finish()
    }
}

fn redacted(secret: Option<&String>) -> Option<&'static str> {
    secret.map(|_| "<redacted>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_secrets() -> ConnectInfo {
        let secret = || Some("hunter2".to_owned());
        ConnectInfo {
            name: Some("orders".to_owned()),
            auth_token: secret(),
            user: secret(),
            pass: secret(),
            jwt: secret(),
            nkey: secret(),
            sig: secret(),
            ..ConnectInfo::default()
        }
    }

    #[test]
    fn debug_tells_that_there_are_credentials_and_not_which() {
        let shown = format!("{:?}", with_secrets());

        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(shown.matches("<redacted>").count(), 6);
        assert!(shown.contains("orders"));
        assert!(!format!("{:?}", ConnectInfo::default()).contains("<redacted>"));
    }

    // spec: W-03, SEC-01, SEC-03, SEC-05, SEC-06
    #[test]
    fn credentials_have_the_keys_of_the_protocol() {
        let json = serde_json::to_value(with_secrets()).unwrap();

        for key in ["auth_token", "user", "pass", "jwt", "nkey", "sig"] {
            assert_eq!(json[key], "hunter2", "{key}");
        }
        assert_eq!(json["name"], "orders");
        assert_eq!(serde_json::from_value::<ConnectInfo>(json).unwrap(), with_secrets());
    }
}
