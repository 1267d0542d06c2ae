//! Why credentials cannot be used.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why credentials, a key or a JWT cannot be used.
///
/// `Display` names the file, if there is one, and the rule; never the content. It is the
/// [`source`](StdError::source) of the [`Error`](crate::Error) of an attempt to connect.
#[derive(Clone)]
pub struct AuthError {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: AuthErrorKind,
    file: Option<PathBuf>,
    detail: Option<Cow<'static, str>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What is wrong with credentials, a key or a JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// A file cannot be read, or not written.
    File,
    /// There is no user JWT where one is needed.
    NoJwt,
    /// There is no seed where one is needed.
    NoSeed,
    /// What should be a seed is none.
    BadSeed,
    /// What should be a public key is none.
    BadPublicKey,
    /// The key is one of another kind: an account's where a user's is needed.
    WrongKeyKind,
    /// The seed belongs to another user than the JWT.
    KeyMismatch,
    /// What should be a JWT is none, or its claims are not those of a user.
    BadJwt,
    /// A signature has not 64 bytes, or is not that of the key over the data.
    BadSignature,
    /// Claims cannot be issued as they are.
    BadClaims,
    /// The credential provider, or the function that signs, returned an error.
    Provider,
    /// The credential provider, or the function that signs, panicked.
    ProviderPanicked,
}

impl AuthError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> AuthErrorKind {
        self.inner.kind
    }

    /// The file it is about, if it is about one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.inner.file.as_deref()
    }

    pub(crate) fn new(kind: AuthErrorKind) -> Self {
        Self { inner: Box::new(Inner { kind, file: None, detail: None, source: None }) }
    }

    #[cfg_attr(not(feature = "nkeys"), expect(dead_code, reason = "keys and files need it"))]
    pub(crate) fn of(mut self, file: impl Into<PathBuf>) -> Self {
        self.inner.file = Some(file.into());
        self
    }

    #[cfg_attr(not(feature = "nkeys"), expect(dead_code, reason = "keys and files need it"))]
    pub(crate) fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.inner.detail = Some(detail.into());
        self
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into().into());
        self
    }
}

impl AuthErrorKind {
    const fn text(self) -> &'static str {
        match self {
            Self::File => "the file cannot be used",
            Self::NoJwt => "there is no user JWT",
            Self::NoSeed => "there is no seed",
            Self::BadSeed => "the seed is not one",
            Self::BadPublicKey => "the public key is not one",
            Self::WrongKeyKind => "the key is of the wrong kind",
            Self::KeyMismatch => "the seed belongs to another user than the JWT",
            Self::BadJwt => "the JWT cannot be used",
            Self::BadSignature => "the signature is not valid",
            Self::BadClaims => "the claims cannot be issued",
            Self::Provider => "the credential provider failed",
            Self::ProviderPanicked => "the credential provider panicked",
        }
    }
}

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.inner.source.as_deref()?;
        Some(source)
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.inner.file {
            write!(f, "{}: ", file.display())?;
        }
        f.write_str(self.inner.kind.text())?;
        if let Some(detail) = &self.inner.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, file, detail, source } = &*self.inner;
        f.debug_struct("AuthError")
            .field("kind", kind)
            .field("file", file)
            .field("detail", detail)
            .field("source", source)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_file_and_the_rule() {
        let error = AuthError::new(AuthErrorKind::NoSeed).of("/run/a.creds");

        assert_eq!(error.to_string(), "/run/a.creds: there is no seed");
        assert_eq!(error.file(), Some(Path::new("/run/a.creds")));
    }

    #[test]
    fn the_cause_is_the_source_not_the_text() {
        let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
        let error = AuthError::new(AuthErrorKind::File).of("a").because(cause);

        assert_eq!(error.to_string(), "a: the file cannot be used");
        assert!(error.source().is_some());
    }
}
