//! A JWT as text: header, claims and signature, each base64url.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::auth::{AuthError, AuthErrorKind, KeyPair, PublicKey, Secret};

const HEADER: &str = r#"{"typ":"JWT","alg":"ed25519-nkey"}"#;

/// A JWT taken apart; nothing is verified yet.
#[derive(Clone)]
pub(in crate::auth) struct Token {
    /// Header and claims as they were signed.
    signed: String,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

impl Token {
    pub(crate) fn parse(text: &str) -> Result<Self, AuthError> {
        let text = text.trim();
        let mut parts = text.split('.');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (Some(header), Some(claims), Some(signature), None) = (part(), part(), part(), part())
        else {
            return Err(bad("it has not three parts"));
        };
        let (signed, _) = text.rsplit_once('.').unwrap_or_default();
        let header: Header =
            serde_json::from_slice(&base64(header)?).map_err(|_| bad("its header is not JSON"))?;
        if !header.alg.eq_ignore_ascii_case("ed25519-nkey") {
            return Err(bad("it is not signed with an nkey"));
        }
        let (claims, signature) = (base64(claims)?, base64(signature)?);
        Ok(Self { signed: signed.to_owned(), claims, signature })
    }

    pub(crate) fn claims<'de, C: Deserialize<'de>>(&'de self) -> Result<C, AuthError> {
        serde_json::from_slice(&self.claims).map_err(|_| bad("its claims cannot be read"))
    }

    /// Whether that key has signed it.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), AuthError> {
        key.verify(self.signed.as_bytes(), &self.signature)
    }
}

/// Signs claims as NATS wants them: any JSON object, to which `iss` (the key), `iat` (now) and `jti` (the digest of the
/// claims) are added.
///
/// [`UserJwt`](super::UserJwt) knows the claims of users; this is for those of accounts and operators, and for answers
/// of authentication callouts.
///
/// ```
/// use nats_actors::auth::{KeyKind, KeyPair, sign_claims};
///
/// # fn main() -> Result<(), nats_actors::auth::AuthError> {
/// let (operator, account) = (KeyPair::generate(KeyKind::Operator), KeyPair::generate(KeyKind::Account));
/// let claims = serde_json::json!({
///     "sub": account.public_key().to_string(),
///     "nats": { "type": "account", "version": 2 },
/// });
/// let jwt = sign_claims(&claims, &operator)?;
/// assert_eq!(jwt.expose().split('.').count(), 3);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`BadClaims`](AuthErrorKind::BadClaims) if the claims are not a JSON object.
pub fn sign_claims<C: Serialize + ?Sized>(claims: &C, key: &KeyPair) -> Result<Secret, AuthError> {
    let object = || AuthError::new(AuthErrorKind::BadClaims).detail("they are not a JSON object");
    let Ok(Value::Object(mut claims)) = serde_json::to_value(claims) else { return Err(object()) };
    claims.insert("iss".to_owned(), key.public_key().to_string().into());
    claims.insert("iat".to_owned(), unix(SystemTime::now()).into());
    claims.insert("jti".to_owned(), "".into());
    let digest = Sha256::digest(json(&claims));
    claims.insert("jti".to_owned(), BASE32_NOPAD.encode(&digest).into());
    let signed = format!("{}.{}", BASE64URL_NOPAD.encode(HEADER.as_bytes()), encoded(&claims));
    let signature = key.sign(signed.as_bytes());
    Ok(Secret::from(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))))
}

fn encoded(claims: &Map<String, Value>) -> String {
    BASE64URL_NOPAD.encode(json(claims).as_bytes())
}

fn json(claims: &Map<String, Value>) -> String {
    // The keys are text, the values are JSON already.
    serde_json::to_string(claims).unwrap_or_default()
}

/// Seconds since 1970; 0 before that.
pub(super) fn unix(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn base64(part: &str) -> Result<Vec<u8>, AuthError> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| bad("a part of it is not base64url"))
}

pub(super) fn bad(rule: &'static str) -> AuthError {
    AuthError::new(AuthErrorKind::BadJwt).detail(rule)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::auth::KeyKind;

    fn decoded(jwt: &Secret) -> Map<String, Value> {
        Token::parse(jwt.expose()).unwrap().claims().unwrap()
    }

    // spec: A14-02, SEC-20
    #[test]
    fn the_id_is_the_digest_of_the_claims_without_it() {
        let key = KeyPair::generate(KeyKind::Operator);
        let jwt = sign_claims(&json!({"sub": "x", "nats": {"type": "account"}}), &key).unwrap();
        let mut claims = decoded(&jwt);
        let id = claims.insert("jti".to_owned(), "".into()).unwrap();

        let digest = Sha256::digest(serde_json::to_vec(&claims).unwrap());
        assert_eq!(id, BASE32_NOPAD.encode(&digest));
        assert_eq!(claims["iss"], key.public_key().to_string());
        assert!(!jwt.expose().contains(['=', '+', '/']));
    }

    // spec: A14-01
    #[test]
    fn the_header_names_the_algorithm_and_the_signature_covers_it() {
        let (key, other) =
            (KeyPair::generate(KeyKind::Account), KeyPair::generate(KeyKind::Account));
        let jwt = sign_claims(&json!({}), &key).unwrap();
        let header = jwt.expose().split('.').next().unwrap();
        let token = Token::parse(jwt.expose()).unwrap();

        assert_eq!(BASE64URL_NOPAD.decode(header.as_bytes()).unwrap(), HEADER.as_bytes());
        assert!(token.verify(&key.public_key()).is_ok());
        assert!(token.verify(&other.public_key()).is_err());
    }

    #[test]
    fn what_is_no_jwt_is_told_by_its_rule() {
        let rule = |text: &str| Token::parse(text).err().unwrap().to_string();
        let foreign = format!("{}.e30.AA", BASE64URL_NOPAD.encode(br#"{"alg":"HS256"}"#));

        assert!(rule("").ends_with("it has not three parts"));
        assert!(rule("a.b").ends_with("it has not three parts"));
        assert!(rule("a.b.c.d").ends_with("it has not three parts"));
        assert!(rule("*.b.c").ends_with("not base64url"));
        assert!(rule(&foreign).ends_with("it is not signed with an nkey"));
        assert!(sign_claims(&7, &KeyPair::generate(KeyKind::User)).is_err());
    }
}
