//! Where a client takes its credentials from.

use std::fmt;
use std::sync::Arc;

use super::credentials::Credentials;
use super::error::AuthError;
#[cfg(feature = "nkeys")]
use super::files::Files;
use super::provider::{AnyProvider, CredentialProvider, CredentialRequest};

/// Where a client takes its credentials from.
#[derive(Clone)]
pub(crate) struct Login(Source);

#[derive(Clone)]
enum Source {
    /// They are known.
    Fixed(Box<Credentials>),
    /// They were to be known, and cannot be used.
    Broken(AuthError),
    /// They are read at each attempt.
    #[cfg(feature = "nkeys")]
    Files(Files),
    /// Somebody is asked at each attempt.
    Provider(Arc<dyn AnyProvider>),
}

impl Login {
    pub(crate) fn fixed(credentials: Result<Credentials, AuthError>) -> Self {
        let checked = credentials.and_then(|credentials| {
            credentials.check()?;
            Ok(credentials)
        });
        Self(checked.map_or_else(Source::Broken, |known| Source::Fixed(Box::new(known))))
    }

    #[cfg(feature = "nkeys")]
    pub(super) const fn files(files: Files) -> Self {
        Self(Source::Files(files))
    }

    pub(crate) fn provider(provider: impl CredentialProvider) -> Self {
        Self(Source::Provider(Arc::new(provider)))
    }

    /// Whether it is known already that nobody can log in like this.
    ///
    /// `now`: whether files count that may be there later.
    #[cfg_attr(not(feature = "nkeys"), expect(unused_variables, reason = "only keys have files"))]
    pub(crate) async fn check(&self, now: bool) -> Result<(), AuthError> {
        match &self.0 {
            Source::Broken(error) => Err(error.clone()),
            #[cfg(feature = "nkeys")]
            Source::Files(files) if now => files.read().await.map(drop),
            _ => Ok(()),
        }
    }

    /// The credentials for one attempt.
    pub(crate) async fn answer(
        &self,
        request: CredentialRequest,
    ) -> Result<Credentials, AuthError> {
        let credentials = match &self.0 {
            Source::Fixed(credentials) => return Ok((**credentials).clone()),
            Source::Broken(error) => return Err(error.clone()),
            #[cfg(feature = "nkeys")]
            Source::Files(files) => files.read().await?,
            Source::Provider(provider) => provider.ask(request).await?,
        };
        credentials.check()?;
        Ok(credentials)
    }

    /// Whether another attempt may get other credentials.
    pub(crate) const fn is_renewable(&self) -> bool {
        !matches!(self.0, Source::Fixed(_) | Source::Broken(_))
    }
}

impl Default for Login {
    fn default() -> Self {
        Self(Source::Fixed(Box::default()))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Fixed(credentials) => credentials.fmt(f),
            Source::Broken(error) => error.fmt(f),
            #[cfg(feature = "nkeys")]
            Source::Files(files) => files.fmt(f),
            Source::Provider(_) => f.write_str("a credential provider"),
        }
    }
}
