//! What a context says.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::auth::Secret;

/// The settings of a connection, as the NATS CLI keeps them.
///
/// Every setting may be missing or empty; unknown ones are kept, and mean nothing here. It can be read from any format of
/// serde, under the keys of the CLI; it is written by [`Contexts::save`](super::Contexts::save) alone, so that no secret
/// gets into a log by accident. `Debug` shows no secret.
///
/// ```
/// use nats_actors::context::Context;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let context: Context = serde_json::from_str(r#"{"url": "nats://a:4222,nats://b:4222", "token": "t0ken"}"#)?;
/// assert_eq!(context.servers()?.len(), 2);
/// assert!(!format!("{context:?}").contains("t0ken"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Context {
    pub(super) settings: Settings,
}

/// The keys of the file.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) description: String,
    #[serde(serialize_with = "exposed")]
    pub(super) url: Secret,
    #[serde(serialize_with = "exposed")]
    pub(super) token: Secret,
    pub(super) user: String,
    #[serde(serialize_with = "exposed")]
    pub(super) password: Secret,
    pub(super) creds: String,
    pub(super) nkey: String,
    #[serde(serialize_with = "exposed")]
    pub(super) user_jwt: Secret,
    #[serde(serialize_with = "exposed")]
    pub(super) user_seed: Secret,
    pub(super) cert: String,
    pub(super) key: String,
    pub(super) ca: String,
    pub(super) nsc: String,
    pub(super) jetstream_domain: String,
    pub(super) jetstream_api_prefix: String,
    pub(super) jetstream_event_prefix: String,
    pub(super) inbox_prefix: String,
    #[serde(serialize_with = "exposed")]
    pub(super) socks_proxy: Secret,
    pub(super) tls_first: bool,
    pub(super) windows_cert_store: String,
    /// Keys that mean nothing here, and must survive.
    #[serde(flatten)]
    pub(super) other: Map<String, Value>,
}

/// Only the file of a context, which nobody else may read, has its secrets in clear.
fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// A setting that is there and not empty.
pub(super) fn set(setting: &str) -> Option<&str> {
    Some(setting).filter(|setting| !setting.is_empty())
}

impl Context {
    /// No settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the context is for, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.settings.description
    }

    /// The JetStream domain.
    #[must_use]
    pub fn jetstream_domain(&self) -> Option<&str> {
        set(&self.settings.jetstream_domain)
    }

    /// What stands in place of `$JS.API`.
    #[must_use]
    pub fn jetstream_api_prefix(&self) -> Option<&str> {
        set(&self.settings.jetstream_api_prefix)
    }

    /// What stands in place of `$JS.EVENT`.
    #[must_use]
    pub fn jetstream_event_prefix(&self) -> Option<&str> {
        set(&self.settings.jetstream_event_prefix)
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Settings::deserialize(deserializer).map(|settings| Self { settings })
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |secret: &Secret| set(secret.expose()).map(|_| "<redacted>");
        f.debug_struct("Context")
            .field("description", &self.settings.description)
            .field("servers", &self.servers().unwrap_or_default())
            .field("token", &shown(&self.settings.token))
            .field("user", &set(&self.settings.user).map(|_| "<redacted>"))
            .field("password", &shown(&self.settings.password))
            .field("creds", &self.settings.creds)
            .field("nkey", &self.settings.nkey)
            .field("user_jwt", &shown(&self.settings.user_jwt))
            .field("user_seed", &shown(&self.settings.user_seed))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A21-03, UTL-03
    #[test]
    fn all_keys_are_optional_and_unknown_ones_are_kept() {
        let empty: Context = serde_json::from_str("{}").unwrap();
        assert_eq!((empty.description(), empty.jetstream_domain()), ("", None));

        let text = r#"{"description":"d","jetstream_domain":"hub","color_scheme":"blue","x":[1]}"#;
        let context: Context = serde_json::from_str(text).unwrap();
        let saved = serde_json::to_value(&context.settings).unwrap();
        assert_eq!(context.jetstream_domain(), Some("hub"));
        assert_eq!((&saved["color_scheme"], &saved["x"][0]), (&"blue".into(), &1.into()));
    }

    // spec: A21-07, SEC-41
    #[test]
    fn debug_shows_no_secret() {
        let keys = ["url", "token", "user", "password", "user_jwt", "user_seed", "socks_proxy"];
        for key in keys {
            let value = if key == "url" { "nats://u:hunter2@host" } else { "hunter2" };
            let text = format!(r#"{{"{key}":"{value}"}}"#);
            let context: Context = serde_json::from_str(&text).unwrap();
            assert!(!format!("{context:?}").contains("hunter2"), "{key}: {context:?}");
        }
    }
}
