//! A context from the environment.

use std::path::Path;

use super::settings::Context;
use super::store::{Contexts, read};
use crate::auth::Secret;
use crate::error::Error;

impl Context {
    /// What the environment says, in the variables that the NATS CLI reads.
    ///
    /// `NATS_CONTEXT` names a context to begin with, or is the path of a file that ends in `.json`; `NATS_URL`,
    /// `NATS_USER`, `NATS_PASSWORD`, `NATS_TOKEN`, `NATS_CREDS` and `NATS_NKEY` (files), `NATS_CERT`, `NATS_KEY` and
    /// `NATS_CA` (files), `NATS_SOCKS_PROXY` and `NATS_INBOX_PREFIX` count before it, and a login among them replaces its
    /// login. `NATS_USER` without a password is a token. Empty variables are none. The context that is selected is not
    /// read: name it to use it.
    ///
    /// It reads a small file, and blocks the thread for as long.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](crate::ErrorKind::BadOptions) if the context cannot be loaded.
    pub fn from_environment() -> Result<Self, Error> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let named = variable("NATS_CONTEXT").map(|name| load(&name));
        let mut context = named.transpose()?.unwrap_or_default();
        context.override_with(variable);
        Ok(context)
    }

    fn override_with(&mut self, variable: impl Fn(&str) -> Option<String>) {
        let settings = &mut self.settings;
        let logins = ["NATS_USER", "NATS_TOKEN", "NATS_CREDS", "NATS_NKEY"];
        if logins.iter().any(|name| variable(name).is_some()) {
            for secret in [
                &mut settings.token,
                &mut settings.password,
                &mut settings.user_jwt,
                &mut settings.user_seed,
            ] {
                *secret = Secret::default();
            }
            settings.user.clear();
            settings.creds.clear();
            settings.nkey.clear();
            settings.nsc.clear();
        }
        for (name, secret) in [
            ("NATS_URL", &mut settings.url),
            ("NATS_TOKEN", &mut settings.token),
            ("NATS_PASSWORD", &mut settings.password),
            ("NATS_SOCKS_PROXY", &mut settings.socks_proxy),
        ] {
            if let Some(value) = variable(name) {
                *secret = Secret::from(value);
            }
        }
        for (name, text) in [
            ("NATS_USER", &mut settings.user),
            ("NATS_CREDS", &mut settings.creds),
            ("NATS_NKEY", &mut settings.nkey),
            ("NATS_CERT", &mut settings.cert),
            ("NATS_KEY", &mut settings.key),
            ("NATS_CA", &mut settings.ca),
            ("NATS_INBOX_PREFIX", &mut settings.inbox_prefix),
        ] {
            if let Some(value) = variable(name) {
                *text = value;
            }
        }
        if variable("NATS_USER").is_some() && settings.password.expose().is_empty() {
            let token = Secret::from(std::mem::take(&mut settings.user));
            if variable("NATS_TOKEN").is_none() {
                settings.token = token;
            }
        }
    }
}

/// The user's context of this name, or the one in this file.
fn load(name: &str) -> Result<Context, Error> {
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
        return read(path, name);
    }
    Contexts::of_user()?.load(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(variables: &[(&str, &str)]) -> Context {
        let file = r#"{"url":"nats://file","creds":"/file","user_seed":"s","inbox_prefix":"_F"}"#;
        let mut context: Context = serde_json::from_str(file).unwrap();
        let found = |name: &str| variables.iter().find(|(known, _)| *known == name);
        context.override_with(|name| found(name).map(|(_, value)| (*value).to_owned()));
        context
    }

    // spec: UTL-04
    #[test]
    fn what_the_environment_says_counts_before_the_file() {
        let context = overridden(&[("NATS_URL", "nats://env"), ("NATS_INBOX_PREFIX", "_E")]);
        let settings = &context.settings;

        assert_eq!(context.servers().unwrap()[0].host(), "env");
        assert_eq!((settings.creds.as_str(), settings.inbox_prefix.as_str()), ("/file", "_E"));
    }

    // spec: UTL-04
    #[test]
    fn a_login_of_the_environment_replaces_that_of_the_file() {
        let context = overridden(&[("NATS_TOKEN", "t")]);
        let settings = &context.settings;

        assert_eq!(settings.token.expose(), "t");
        assert_eq!((settings.creds.as_str(), settings.user_seed.expose()), ("", ""));
        assert_eq!(context.servers().unwrap()[0].host(), "file");
        let bare = overridden(&[("NATS_USER", "t")]);
        assert_eq!((bare.settings.token.expose(), bare.settings.user.as_str()), ("t", ""));
        let user =
            overridden(&[("NATS_USER", "u"), ("NATS_PASSWORD", "p"), ("NATS_CREDS", "/env")]);
        assert_eq!((user.settings.user.as_str(), user.settings.creds.as_str()), ("u", "/env"));
    }
}
