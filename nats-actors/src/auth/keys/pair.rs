//! A seed and its public key.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::codec;
use super::kind::KeyKind;
use super::public::{PublicKey, wrong_kind};
use crate::auth::{AuthError, AuthErrorKind, Secret};

/// A key that signs. Its memory is overwritten when it is dropped; `Debug` prints the public key alone.
///
/// ```
/// use nats_actors::auth::{KeyKind, KeyPair};
///
/// # fn main() -> Result<(), nats_actors::auth::AuthError> {
/// let key = KeyPair::generate(KeyKind::User);
/// let signature = key.sign(b"nonce");
/// key.public_key().verify(b"nonce", &signature)?;
///
/// let again = KeyPair::from_seed(key.seed().expose())?;
/// assert_eq!(again, key);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct KeyPair {
    kind: KeyKind,
    signing: SigningKey,
}

impl KeyPair {
    /// A new key from the operating system's random numbers.
    ///
    /// # Panics
    ///
    /// If the operating system has no random numbers.
    #[must_use]
    pub fn generate(kind: KeyKind) -> Self {
        let mut seed = Zeroizing::new([0; codec::KEY]);
        getrandom::fill(&mut *seed).expect("the operating system has random numbers");
        Self { kind, signing: SigningKey::from_bytes(&seed) }
    }

    /// The key of a seed, as 58 letters that begin with `S`; white space around it does not count.
    ///
    /// # Errors
    ///
    /// [`BadSeed`](AuthErrorKind::BadSeed), with the rule that is broken.
    pub fn from_seed(seed: &str) -> Result<Self, AuthError> {
        let bad = |rule: &'static str| AuthError::new(AuthErrorKind::BadSeed).detail(rule);
        let (prefix, seed) = codec::decode_seed(seed.trim()).map_err(bad)?;
        let kind = KeyKind::of_prefix(prefix).ok_or_else(|| bad("its second letter is unknown"))?;
        Ok(Self { kind, signing: SigningKey::from_bytes(&seed) })
    }

    /// What it is the key of.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The half that everybody may know.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(self.kind, &self.signing.verifying_key())
    }

    /// The text from which [`from_seed`](Self::from_seed) makes this key again.
    #[must_use]
    pub fn seed(&self) -> Secret {
        Secret::from(codec::encode_seed(self.kind.prefix(), self.signing.as_bytes()))
    }

    /// The Ed25519 signature of these bytes.
    #[must_use]
    pub fn sign(&self, data: &[u8]) -> [u8; 64] {
        self.signing.sign(data).to_bytes()
    }

    /// This key, if it is of that kind.
    pub(crate) fn require(self, kind: KeyKind) -> Result<Self, AuthError> {
        if self.kind == kind { Ok(self) } else { Err(wrong_kind(self.kind, kind)) }
    }
}

impl PartialEq for KeyPair {
    fn eq(&self, other: &Self) -> bool {
        self.public_key() == other.public_key()
    }
}

impl Eq for KeyPair {}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

    // spec: SEC-19, SEC-07
    #[test]
    fn keys_have_the_text_of_other_nats_tools() {
        let key = KeyPair::from_seed(&format!(" {SEED}\r\n")).unwrap();

        assert_eq!(key.kind(), KeyKind::User);
        assert_eq!(key.seed().expose(), SEED);
        assert_eq!(
            key.public_key().to_string(),
            "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
        );
        assert_eq!(PublicKey::parse(&key.public_key().to_string()).unwrap(), key.public_key());
    }

    // spec: SEC-19
    #[test]
    fn every_kind_is_kept_in_seed_and_public_key() {
        let letters = ['O', 'A', 'U', 'N', 'C'];
        let kinds =
            [KeyKind::Operator, KeyKind::Account, KeyKind::User, KeyKind::Server, KeyKind::Cluster];
        for (letter, kind) in letters.into_iter().zip(kinds) {
            let key = KeyPair::generate(kind);
            let seed = key.seed();

            assert!(seed.expose().starts_with(&format!("S{letter}")));
            assert!(key.public_key().to_string().starts_with(letter));
            assert_eq!(KeyPair::from_seed(seed.expose()).unwrap(), key);
        }
    }

    // spec: SEC-19
    #[test]
    fn a_signature_holds_for_its_bytes_and_its_key_alone() {
        let (key, other) = (KeyPair::generate(KeyKind::User), KeyPair::generate(KeyKind::User));
        let signature = key.sign(b"nonce");
        let holds = |key: &KeyPair, data: &[u8], signature: &[u8]| {
            key.public_key().verify(data, signature).is_ok()
        };

        assert!(holds(&key, b"nonce", &signature));
        assert!(!holds(&key, b"other", &signature));
        assert!(!holds(&other, b"nonce", &signature));
        assert!(!holds(&key, b"nonce", &signature[1..]));
    }

    // spec: SEC-41
    #[test]
    fn no_error_and_no_debug_holds_the_seed() {
        let key = KeyPair::from_seed(SEED).unwrap();
        let error = KeyPair::from_seed(&SEED.replacen("SUAC", "SUAD", 1)).unwrap_err();

        assert_eq!(error.to_string(), "the seed is not one: its checksum is wrong");
        for shown in [format!("{key:?}"), format!("{error:?}"), format!("{:?}", key.seed())] {
            assert!(!shown.contains("CSSL3UAHUDX"), "{shown}");
        }
        let wrong = key.require(KeyKind::Account).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "the key is of the wrong kind: user, where account is needed"
        );
    }
}
