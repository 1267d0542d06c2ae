//! The half of a key that everybody may know.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};

use super::codec;
use super::kind::KeyKind;
use crate::auth::{AuthError, AuthErrorKind};

/// A public key, as 56 letters that begin with that of its [`KeyKind`]: `UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4`.
///
/// It is checked: its kind is known and its checksum right. `Display` and `FromStr` are its text.
///
/// ```
/// use nats_actors::auth::{KeyKind, PublicKey};
///
/// # fn main() -> Result<(), nats_actors::auth::AuthError> {
/// let key: PublicKey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4".parse()?;
/// assert_eq!(key.kind(), KeyKind::User);
/// assert!(PublicKey::parse("UDXU").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey {
    kind: KeyKind,
    key: [u8; codec::KEY],
}

impl PublicKey {
    /// Reads the text of a public key; white space around it does not count.
    ///
    /// # Errors
    ///
    /// [`BadPublicKey`](AuthErrorKind::BadPublicKey), with the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, AuthError> {
        let bad = |rule: &'static str| AuthError::new(AuthErrorKind::BadPublicKey).detail(rule);
        let (prefix, key) = codec::decode_public(text.trim()).map_err(bad)?;
        let kind = KeyKind::of_prefix(prefix).ok_or_else(|| bad("its first letter is unknown"))?;
        Ok(Self { kind, key })
    }

    pub(super) fn of(kind: KeyKind, key: &VerifyingKey) -> Self {
        Self { kind, key: key.to_bytes() }
    }

    /// What it is the key of.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Whether the seed of this key has signed exactly these bytes.
    ///
    /// # Errors
    ///
    /// [`BadSignature`](AuthErrorKind::BadSignature) if not.
    pub fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), AuthError> {
        let bad = || AuthError::new(AuthErrorKind::BadSignature);
        let signature = Signature::from_slice(signature).map_err(|_| bad())?;
        let key = VerifyingKey::from_bytes(&self.key).map_err(|_| bad())?;
        key.verify_strict(data, &signature).map_err(|_| bad())
    }

    /// This key, if it is of that kind.
    pub(crate) fn require(self, kind: KeyKind) -> Result<Self, AuthError> {
        if self.kind == kind { Ok(self) } else { Err(wrong_kind(self.kind, kind)) }
    }
}

pub(super) fn wrong_kind(is: KeyKind, needed: KeyKind) -> AuthError {
    let detail = format!("{is}, where {needed} is needed");
    AuthError::new(AuthErrorKind::WrongKeyKind).detail(detail)
}

impl FromStr for PublicKey {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, AuthError> {
        Self::parse(text)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&codec::encode_public(self.kind.prefix(), &self.key))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
