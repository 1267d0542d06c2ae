//! The ways to log in that need keys, as a client's options name them.

use std::error::Error as StdError;
use std::path::PathBuf;

use super::credentials::Credentials;
use super::creds;
use super::error::AuthError;
use super::files::Files;
use super::jwt::UserClaims;
use super::keys::{KeyPair, PublicKey};
use super::login::Login;
use super::provider::CredentialRequest;
use super::secret::Secret;

impl Credentials {
    /// What the text of a `.creds` file says: a user's JWT and seed.
    ///
    /// White space, line ends and the number of dashes do not matter; nor does what stands outside of the blocks.
    ///
    /// # Errors
    ///
    /// [`NoJwt`](super::AuthErrorKind::NoJwt), [`BadJwt`](super::AuthErrorKind::BadJwt),
    /// [`NoSeed`](super::AuthErrorKind::NoSeed), [`BadSeed`](super::AuthErrorKind::BadSeed),
    /// [`WrongKeyKind`](super::AuthErrorKind::WrongKeyKind), or [`KeyMismatch`](super::AuthErrorKind::KeyMismatch).
    pub fn from_creds(text: &str) -> Result<Self, AuthError> {
        creds::credentials(text)
    }

    /// Reads a `.creds` file.
    ///
    /// # Errors
    ///
    /// As [`from_creds`](Self::from_creds), with the file's name, and [`File`](super::AuthErrorKind::File).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the file; a thread may still be reading it.
    pub async fn read_creds(path: impl Into<PathBuf>) -> Result<Self, AuthError> {
        Files::Creds(path.into()).read().await
    }
}

/// The text of a `.creds` file for this user: what [`Credentials::from_creds`] reads. It holds the seed in clear.
#[must_use]
pub fn format_creds(jwt: &Secret, key: &KeyPair) -> Secret {
    creds::format(jwt, key)
}

impl Login {
    pub(crate) fn creds(text: &Secret) -> Self {
        Self::fixed(creds::credentials(text.expose()))
    }

    pub(crate) fn jwt_and_seed(jwt: &Secret, seed: &Secret) -> Self {
        Self::fixed(creds::jwt_and_seed(jwt.expose(), seed.expose()))
    }

    pub(crate) fn seed(seed: &Secret) -> Self {
        Self::fixed(creds::seed(seed.expose()))
    }

    pub(crate) fn creds_file(path: PathBuf) -> Self {
        Self::files(Files::Creds(path))
    }

    pub(crate) fn jwt_and_seed_files(jwt: PathBuf, seed: PathBuf) -> Self {
        Self::files(Files::JwtAndSeed(jwt, seed))
    }

    pub(crate) fn seed_file(path: PathBuf) -> Self {
        Self::files(Files::Seed(path))
    }

    /// The public key of a user, and somebody who signs for it.
    pub(crate) fn nkey<F, Answer, S, E>(public_key: &str, sign: F) -> Self
    where
        F: Fn(Vec<u8>) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Vec<u8>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        match PublicKey::parse(public_key) {
            Ok(key) => Self::signed_by(Credentials::new(), key, sign),
            Err(error) => Self::fixed(Err(error)),
        }
    }

    /// The JWT of a user, and somebody who signs for it.
    pub(crate) fn jwt<F, Answer, S, E>(jwt: Secret, sign: F) -> Self
    where
        F: Fn(Vec<u8>) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Vec<u8>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        match UserClaims::decode(jwt.expose()) {
            Ok(claims) => Self::signed_by(Credentials::new().jwt(jwt), claims.subject(), sign),
            Err(error) => Self::fixed(Err(error)),
        }
    }

    fn signed_by<F, Answer, S, E>(known: Credentials, key: PublicKey, sign: F) -> Self
    where
        F: Fn(Vec<u8>) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Vec<u8>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        if let Err(error) = key.require(super::keys::KeyKind::User) {
            return Self::fixed(Err(error));
        }
        Self::provider(move |request: CredentialRequest| {
            let known = known.clone();
            // A server without a nonce takes no signatures.
            let nonce = Some(request.nonce().to_vec()).filter(|nonce| !nonce.is_empty());
            let signing = nonce.map(&sign);
            async move {
                match signing {
                    None => Ok(known),
                    Some(signing) => signing.await.map(|signature| known.signature(key, signature)),
                }
            }
        })
    }
}
