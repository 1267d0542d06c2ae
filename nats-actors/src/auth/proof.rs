//! How one shows to be the owner of a key.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use super::error::{AuthError, AuthErrorKind};
use super::jwt::UserClaims;
use super::keys::{KeyKind, KeyPair, PublicKey};
use super::secret::Secret;

/// Bytes of an Ed25519 signature.
const SIGNATURE: usize = 64;

/// The key itself, or a signature that was made elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Proof {
    Key(KeyPair),
    Signature(PublicKey, Vec<u8>),
}

impl Proof {
    pub(super) fn public_key(&self) -> PublicKey {
        match self {
            Self::Key(key) => key.public_key(),
            Self::Signature(key, _) => *key,
        }
    }

    /// base64url without padding, over the bytes of the nonce; none if there is nothing to sign.
    pub(super) fn signature(&self, nonce: &[u8]) -> Option<String> {
        (!nonce.is_empty()).then(|| match self {
            Self::Key(key) => BASE64URL_NOPAD.encode(&key.sign(nonce)),
            Self::Signature(_, signature) => BASE64URL_NOPAD.encode(signature),
        })
    }

    /// A user's key, that of the JWT if there is one that can be read; a signature of the right length.
    pub(super) fn check(&self, jwt: Option<&Secret>) -> Result<(), AuthError> {
        self.public_key().require(KeyKind::User)?;
        if let Self::Signature(_, signature) = self
            && signature.len() != SIGNATURE
        {
            let detail = format!("it has {} bytes, not {SIGNATURE}", signature.len());
            return Err(AuthError::new(AuthErrorKind::BadSignature).detail(detail));
        }
        let claims = jwt.map(|jwt| UserClaims::decode(jwt.expose())).transpose()?;
        match claims {
            Some(claims) if claims.subject() != self.public_key() => {
                Err(AuthError::new(AuthErrorKind::KeyMismatch))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Credentials;
    use crate::protocol::ConnectInfo;

    fn sent(credentials: &Credentials, nonce: &[u8]) -> ConnectInfo {
        let mut connect = ConnectInfo::default();
        credentials.fill(&mut connect, nonce);
        connect
    }

    // spec: A40-11, SEC-15, SEC-06
    #[test]
    fn the_signature_is_base64url_over_the_bytes_of_the_nonce() {
        let key = KeyPair::generate(KeyKind::User);
        let connect = sent(&Credentials::new().key_pair(key.clone()), b"n0nce");
        let signature = BASE64URL_NOPAD.decode(connect.sig.unwrap().as_bytes()).unwrap();

        assert!(key.public_key().verify(b"n0nce", &signature).is_ok());
        assert_eq!(connect.nkey, Some(key.public_key().to_string()));
        assert_eq!(sent(&Credentials::new().key_pair(key), b"").sig, None);
    }

    // spec: SEC-08, SEC-09
    #[test]
    fn a_foreign_signature_is_sent_as_it_is_and_a_jwt_replaces_the_public_key() {
        let key = KeyPair::generate(KeyKind::User);
        let signed = Credentials::new().signature(key.public_key(), key.sign(b"n")).jwt("j");
        let connect = sent(&signed, b"n");

        assert_eq!(connect.sig, Some(BASE64URL_NOPAD.encode(&key.sign(b"n"))));
        assert_eq!((connect.nkey, connect.jwt.as_deref()), (None, Some("j")));
    }

    #[test]
    fn what_a_server_would_refuse_in_any_case_is_not_sent() {
        let key = |kind| KeyPair::generate(kind);
        let kind = |credentials: Credentials| credentials.check().unwrap_err().kind();
        let user = key(KeyKind::User);
        let account = Credentials::new().key_pair(key(KeyKind::Account));
        let short = Credentials::new().signature(user.public_key(), [0; 63]);
        let other = crate::auth::UserJwt::new(user.public_key());
        let other = other.issue(&key(KeyKind::Account)).unwrap();
        let mismatch = Credentials::new().jwt(other.expose()).key_pair(key(KeyKind::User));

        assert_eq!(kind(account), AuthErrorKind::WrongKeyKind);
        assert_eq!(kind(short), AuthErrorKind::BadSignature);
        assert_eq!(kind(mismatch), AuthErrorKind::KeyMismatch);
        assert!(Credentials::new().jwt(other.expose()).key_pair(user).check().is_ok());
    }
}
