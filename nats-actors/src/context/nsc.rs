//! References to what the tool `nsc` keeps: `nsc://operator/account/user`.

use std::process::Command;

use serde::Deserialize;

use super::settings::{Context, set};
use crate::auth::Secret;
use crate::error::{Error, ErrorKind};

/// What `nsc generate profile` prints, as far as it concerns a connection.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Profile {
    user_creds: String,
    operator: Operator,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Operator {
    service: Vec<String>,
}

impl Context {
    /// Asks the tool `nsc` for the servers and the `.creds` file of an `nsc://` reference, if there is one. What the
    /// context says itself counts first.
    ///
    /// # Errors
    ///
    /// [`BadOptions`](ErrorKind::BadOptions) if the tool is not there, fails, or prints what is no profile.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the tool runs to its end.
    pub async fn resolve(self) -> Result<Self, Error> {
        if !self.is_unresolved() {
            return Ok(self);
        }
        let reference = self.settings.nsc.clone();
        let asked = tokio::task::spawn_blocking(move || ask(&reference)).await;
        let profile = asked.map_err(|error| bad(&self.settings.nsc).because(error))??;
        Ok(self.with(profile))
    }

    /// Whether its login, or its servers, are still to be asked for.
    pub(super) fn is_unresolved(&self) -> bool {
        let settings = &self.settings;
        let known = set(&settings.creds).is_some() && set(settings.url.expose()).is_some();
        settings.nsc.starts_with("nsc://") && !known
    }

    fn with(mut self, profile: Profile) -> Self {
        let settings = &mut self.settings;
        if settings.creds.is_empty() {
            settings.creds = profile.user_creds;
        }
        if settings.url.expose().is_empty() {
            settings.url = Secret::from(profile.operator.service.join(","));
        }
        // What is resolved is not asked for again.
        settings.nsc.clear();
        self
    }
}

fn ask(reference: &str) -> Result<Profile, Error> {
    let asked = Command::new("nsc").args(["generate", "profile", reference]).output();
    let output =
        asked.map_err(|error| bad(reference).detail("nsc cannot be run").because(error))?;
    if !output.status.success() {
        return Err(bad(reference).detail(format!("nsc failed: {}", output.status)));
    }
    let profile = serde_json::from_slice(&output.stdout);
    profile.map_err(|_| bad(reference).detail("what nsc prints is no profile"))
}

fn bad(reference: &str) -> Error {
    Error::new(ErrorKind::BadOptions).on(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> (String, String) {
        let profile = r#"{"user_creds":"/n.creds","operator":{"service":["nats://a","nats://b"]}}"#;
        let context: Context = serde_json::from_str(text).unwrap();
        let settings = context.with(serde_json::from_str(profile).unwrap()).settings;
        (settings.creds, settings.url.expose().to_owned())
    }

    // spec: A21-06
    #[test]
    fn what_the_context_says_itself_counts_first() {
        let both = ("/n.creds".to_owned(), "nats://a,nats://b".to_owned());
        assert_eq!(resolved(r#"{"nsc":"nsc://o/a/u"}"#), both);
        let own = r#"{"nsc":"nsc://o/a/u","creds":"/own","url":"nats://own"}"#;
        assert_eq!(resolved(own), ("/own".to_owned(), "nats://own".to_owned()));
    }

    #[test]
    fn an_empty_profile_changes_nothing() {
        let profile: Profile = serde_json::from_str("{}").unwrap();
        let context = Context::new().with(profile);

        assert_eq!(context.servers().unwrap().len(), 1);
    }
}
