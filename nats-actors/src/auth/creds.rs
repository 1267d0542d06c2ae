//! The text of `.creds` files: a JWT and a seed between lines of dashes.

use super::credentials::Credentials;
use super::error::{AuthError, AuthErrorKind};
use super::jwt::UserClaims;
use super::keys::{KeyKind, KeyPair};
use super::secret::Secret;

/// What stands in a text: the first JWT and the first seed.
#[derive(Clone, Copy, Default)]
struct Parts<'a> {
    jwt: Option<&'a str>,
    seed: Option<&'a str>,
}

/// The text of a `.creds` file, as `nsc` and the server's tools write it.
///
/// Any line ends, white space and number of dashes (three or more) will do; what stands outside of the blocks does not
/// count. A text without blocks may be a bare JWT and a bare seed, one a line.
pub(super) fn credentials(text: &str) -> Result<Credentials, AuthError> {
    let parts = Parts::of(text);
    combine(&parts, &parts)
}

/// The JWT of one text with the seed of another.
pub(super) fn jwt_and_seed(jwt: &str, seed: &str) -> Result<Credentials, AuthError> {
    combine(&Parts::of(jwt), &Parts::of(seed))
}

/// The seed of a text, without a JWT.
pub(super) fn seed(text: &str) -> Result<Credentials, AuthError> {
    Ok(Credentials::new().key_pair(Parts::of(text).key_pair()?))
}

/// Writes a text that [`credentials`] reads.
pub(super) fn format(jwt: &Secret, key: &KeyPair) -> Secret {
    Secret::from(format!(
        "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
        jwt.expose(),
        key.seed().expose()
    ))
}

fn combine(jwt: &Parts<'_>, seed: &Parts<'_>) -> Result<Credentials, AuthError> {
    let jwt = jwt.jwt.ok_or_else(|| AuthError::new(AuthErrorKind::NoJwt))?;
    let bearer = UserClaims::decode(jwt)?.is_bearer();
    let credentials = Credentials::new().jwt(jwt);
    if bearer && seed.seed.is_none() {
        return Ok(credentials);
    }
    let credentials = credentials.key_pair(seed.key_pair()?);
    credentials.check()?;
    Ok(credentials)
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (mut parts, mut bare) = (Self::default(), Self::default());
        let mut block: Option<(&str, Option<&str>)> = None;
        let mut has_blocks = false;
        for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
            if line.starts_with("---") {
                // A block that nothing ends is one that is still being written.
                if let Some((label, Some(value))) = block.take() {
                    parts.add(label, value);
                }
                if line.contains("BEGIN") {
                    has_blocks = true;
                    block = Some((line, None));
                }
            } else if !line.is_empty() {
                match &mut block {
                    Some((_, value)) => *value = value.or(Some(line)),
                    None => bare.add("", line),
                }
            }
        }
        if has_blocks { parts } else { bare }
    }

    fn add(&mut self, label: &str, value: &'a str) {
        let is_jwt = label.contains("JWT") || (!label.contains("SEED") && value.contains('.'));
        let place = if is_jwt { &mut self.jwt } else { &mut self.seed };
        *place = place.or(Some(value));
    }

    fn key_pair(&self) -> Result<KeyPair, AuthError> {
        let seed = self.seed.ok_or_else(|| AuthError::new(AuthErrorKind::NoSeed))?;
        KeyPair::from_seed(seed)?.require(KeyKind::User)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::jwt::UserJwt;

    fn user() -> (Secret, KeyPair) {
        let (account, key) =
            (KeyPair::generate(KeyKind::Account), KeyPair::generate(KeyKind::User));
        (UserJwt::new(key.public_key()).issue(&account).unwrap(), key)
    }

    fn kind(text: &str) -> AuthErrorKind {
        credentials(text).unwrap_err().kind()
    }

    // spec: SEC-10, SEC-11, A40-10
    #[test]
    fn the_forms_that_other_clients_read_are_read() {
        let (jwt, key) = user();
        let plain = format(&jwt, &key);
        let expected = Credentials::new().jwt(jwt.clone()).key_pair(key.clone());
        let (jwt, seed) = (jwt.expose(), key.seed());
        let seed = seed.expose();
        let few =
            format!("---BEGIN JWT---\n  {jwt}  \n---END---\n\n---BEGIN SEED---\n{seed}\n---\n");
        let unlabelled = format!("--- BEGIN ---\n{jwt}\n---\n*****\n--- BEGIN ---\n{seed}\n---");
        let comment = format!("\u{feff}made by nsc\n{}\nkeep it secret.\n", plain.expose());

        for text in [
            plain.expose(),
            &plain.expose().replace('\n', "\r\n"),
            &format!("\n\n{}", plain.expose().trim_end()),
            &few,
            &unlabelled,
            &comment,
            &format!("{jwt}\n{seed}\n"),
        ] {
            assert_eq!(credentials(text).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_told_apart() {
        let (jwt, key) = user();
        let whole = format(&jwt, &key);
        let (whole, seed) = (whole.expose(), key.seed());
        let account = KeyPair::generate(KeyKind::Account).seed();

        assert_eq!(kind(""), AuthErrorKind::NoJwt);
        assert_eq!(kind(seed.expose()), AuthErrorKind::NoJwt);
        assert_eq!(kind(jwt.expose()), AuthErrorKind::NoSeed);
        assert_eq!(kind(&whole.replace("eyJ", "eyX")), AuthErrorKind::BadJwt);
        assert_eq!(kind(&whole.replace("\nSU", "\nSUA")), AuthErrorKind::BadSeed);
        assert_eq!(
            kind(&whole.replace(seed.expose(), account.expose())),
            AuthErrorKind::WrongKeyKind
        );
        let other = KeyPair::generate(KeyKind::User).seed();
        assert_eq!(kind(&whole.replace(seed.expose(), other.expose())), AuthErrorKind::KeyMismatch);
    }

    /// A file that is read while somebody writes it is never taken for a whole one.
    #[test]
    fn every_prefix_is_an_error() {
        let (jwt, key) = user();
        let whole = format(&jwt, &key);
        let end = whole.expose().rfind("\n------END").unwrap();

        for cut in 0..end {
            assert!(credentials(&whole.expose()[..cut]).is_err(), "{cut}");
        }
        assert!(credentials(whole.expose()).is_ok());
    }

    #[test]
    fn a_bearer_needs_no_seed() {
        let (account, user) =
            (KeyPair::generate(KeyKind::Account), KeyPair::generate(KeyKind::User));
        let jwt = UserJwt::new(user.public_key()).bearer().issue(&account).unwrap();

        assert_eq!(credentials(jwt.expose()).unwrap(), Credentials::new().jwt(jwt.expose()));
    }

    // spec: SEC-06, SEC-12, SEC-13
    #[test]
    fn jwt_and_seed_may_come_apart() {
        let (jwt, key) = user();
        let both = jwt_and_seed(jwt.expose(), key.seed().expose()).unwrap();

        assert_eq!(both, Credentials::new().jwt(jwt).key_pair(key.clone()));
        let block = format!("-----BEGIN USER NKEY SEED-----\n{}\n---\n", key.seed().expose());
        assert_eq!(seed(&block).unwrap(), Credentials::new().key_pair(key.clone()));
        assert_eq!(seed(&format!("  {}\r\n", key.seed().expose())).unwrap(), seed(&block).unwrap());
    }
}
