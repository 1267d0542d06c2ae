//! Issuing the JWT of a user (ADR-14).

use std::time::SystemTime;

use super::token::{sign_claims, unix};
use super::wire::{Claims, Responses, User};
use crate::auth::{AuthError, AuthErrorKind, KeyKind, KeyPair, PublicKey, Secret};

/// The JWT of a user, about to be issued.
///
/// Sign it with the account's own key, or with one of its signing keys and [`account`](Self::account). A scoped signing
/// key brings the permissions with it; such a JWT is [`scoped`](Self::scoped) and has none.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use nats_actors::auth::{KeyKind, KeyPair, UserClaims, UserJwt};
///
/// # fn main() -> Result<(), nats_actors::auth::AuthError> {
/// let (account, user) = (KeyPair::generate(KeyKind::Account), KeyPair::generate(KeyKind::User));
/// let jwt = UserJwt::new(user.public_key())
///     .name("billing")
///     .allow_publish("bills.>")
///     .expires_at(SystemTime::now() + Duration::from_secs(3600))
///     .issue(&account)?;
///
/// assert_eq!(UserClaims::decode(jwt.expose())?.name(), "billing");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a JWT does nothing until issued"]
pub struct UserJwt {
    user: PublicKey,
    account: Option<PublicKey>,
    scoped: bool,
    claims: Claims,
}

impl UserJwt {
    /// For the user of this key. Default: its key as its name, no limits, all permissions, valid for ever.
    pub fn new(user: PublicKey) -> Self {
        let nats = User { kind: "user".to_owned(), version: 2, ..User::default() };
        let claims =
            Claims { name: user.to_string(), sub: user.to_string(), nats, ..Claims::default() };
        Self { user, account: None, scoped: false, claims }
    }

    /// The user's name, for people. Default: its public key.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.claims.name = name.into();
        self
    }

    /// The account, where a signing key and not the account's own key signs. Default: the key that signs is the account's.
    pub const fn account(mut self, account: PublicKey) -> Self {
        self.account = Some(account);
        self
    }

    /// The name of the account, where a server's configuration and not an operator says what accounts there are: in
    /// answers of an authentication callout. Default: none.
    pub fn audience(mut self, account: impl Into<String>) -> Self {
        self.claims.aud = account.into();
        self
    }

    /// The signing key is a scoped one: its scope sets the permissions and limits, and the JWT must have none. Default: it
    /// is not.
    pub const fn scoped(mut self) -> Self {
        self.scoped = true;
        self
    }

    /// When the JWT ceases to be valid, in whole seconds. Default: never.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.claims.exp = unix(time);
        self
    }

    /// Adds a tag; an empty one is none. Default: no tags.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        let tag = tag.into();
        self.claims.nats.tags.extend(Some(tag).filter(|tag| !tag.is_empty()));
        self
    }

    /// Allows publishing to a subject, which may hold wildcards; the first one forbids all others. Default: all are allowed.
    pub fn allow_publish(mut self, subject: impl Into<String>) -> Self {
        self.claims.nats.publish.allow.push(subject.into());
        self
    }

    /// Forbids publishing to a subject, which may hold wildcards. Default: none is forbidden.
    pub fn deny_publish(mut self, subject: impl Into<String>) -> Self {
        self.claims.nats.publish.deny.push(subject.into());
        self
    }

    /// Allows subscribing to a subject, which may hold wildcards; the first one forbids all others. Default: all are allowed.
    pub fn allow_subscribe(mut self, subject: impl Into<String>) -> Self {
        self.claims.nats.subscribe.allow.push(subject.into());
        self
    }

    /// Forbids subscribing to a subject, which may hold wildcards. Default: none is forbidden.
    pub fn deny_subscribe(mut self, subject: impl Into<String>) -> Self {
        self.claims.nats.subscribe.deny.push(subject.into());
        self
    }

    /// Allows one reply to each request that the user receives, whatever it may publish to otherwise. Default: a reply needs
    /// permission as any publish.
    pub const fn allow_responses(mut self) -> Self {
        self.claims.nats.responses = Some(Responses { max: 1, ttl: 0 });
        self
    }

    /// The JWT alone logs in, without a signature: whoever has it is the user. Default: a signature is needed.
    pub const fn bearer(mut self) -> Self {
        self.claims.nats.bearer_token = true;
        self
    }

    /// Signs the claims.
    ///
    /// # Errors
    ///
    /// [`WrongKeyKind`](AuthErrorKind::WrongKeyKind) if `key` or the account is not an account's key, or the user not a
    /// user's; [`BadClaims`](AuthErrorKind::BadClaims) for permissions in a scoped JWT, or a scoped one without an account.
    pub fn issue(mut self, key: &KeyPair) -> Result<Secret, AuthError> {
        self.user.require(KeyKind::User)?;
        key.public_key().require(KeyKind::Account)?;
        let account = self.account.map(|account| account.require(KeyKind::Account)).transpose()?;
        let nats = &mut self.claims.nats;
        if let Some(account) = account.filter(|account| *account != key.public_key()) {
            nats.issuer_account = Some(account.to_string());
        }
        if !self.scoped {
            (nats.subs, nats.data, nats.payload) = (Some(-1), Some(-1), Some(-1));
        } else if nats.issuer_account.is_none() {
            return Err(bad("a scoped signing key needs the account that it belongs to"));
        } else if nats.has_permissions() {
            return Err(bad("a scoped signing key brings its own permissions"));
        }
        sign_claims(&self.claims, key)
    }
}

fn bad(rule: &'static str) -> AuthError {
    AuthError::new(AuthErrorKind::BadClaims).detail(rule)
}

impl User {
    const fn has_permissions(&self) -> bool {
        let rules = !self.publish.is_empty() || !self.subscribe.is_empty();
        rules || self.responses.is_some() || self.bearer_token
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use serde_json::{Value, json};

    use super::*;
    use crate::auth::UserClaims;
    use crate::auth::jwt::token::Token;

    fn key(kind: KeyKind) -> KeyPair {
        KeyPair::generate(kind)
    }

    fn claims(jwt: &Secret) -> Value {
        Token::parse(jwt.expose()).unwrap().claims().unwrap()
    }

    // spec: A14-01, SEC-20
    #[test]
    fn a_scoped_jwt_has_the_claims_of_adr_14_and_no_more() {
        let (signer, account) = (key(KeyKind::Account), key(KeyKind::Account).public_key());
        let user = key(KeyKind::User).public_key();
        let jwt = UserJwt::new(user).account(account).scoped().issue(&signer).unwrap();
        let found = claims(&jwt);

        let nats = json!({"issuer_account": account.to_string(), "type": "user", "version": 2});
        assert_eq!(found["nats"], nats);
        assert_eq!(found["name"], user.to_string());
        assert_eq!(found["sub"], user.to_string());
        assert_eq!(found.get("exp"), None);
        let tagged = UserJwt::new(user).account(account).scoped().tag("a").tag("").issue(&signer);
        assert_eq!(claims(&tagged.unwrap())["nats"]["tags"], json!(["a"]));
    }

    // spec: SEC-21
    #[test]
    fn what_is_issued_can_be_read() {
        let (account, user) = (key(KeyKind::Account), key(KeyKind::User).public_key());
        let expiry = UNIX_EPOCH + Duration::from_secs(4_000_000_000);
        let jwt = UserJwt::new(user).name("n").tag("t").expires_at(expiry).bearer();
        let jwt = jwt.allow_publish("p").deny_publish("q").allow_subscribe("s").deny_subscribe("d");
        let claims = UserClaims::decode(jwt.issue(&account).unwrap().expose()).unwrap();

        assert_eq!((claims.name(), claims.subject()), ("n", user));
        assert_eq!(claims.issuer(), account.public_key());
        assert_eq!(claims.account(), account.public_key().to_string());
        assert_eq!(claims.expires_at(), Some(expiry));
        assert_eq!(
            (claims.publish_allowed(), claims.publish_denied()),
            (&["p".into()][..], &["q".into()][..])
        );
        assert_eq!(
            (claims.subscribe_allowed(), claims.subscribe_denied()),
            (&["s".into()][..], &["d".into()][..])
        );
        assert_eq!(claims.tags(), ["t".to_owned()]);
        assert!(claims.is_bearer() && claims.verify().is_ok() && claims.not_before().is_none());
        assert!(claims.issued_at() > UNIX_EPOCH && claims.id().len() > 40);
    }

    // spec: A14-02
    #[test]
    fn wrong_kinds_of_keys_are_errors() {
        let user = key(KeyKind::User);
        let kind = |jwt: Result<Secret, AuthError>| jwt.unwrap_err().kind();
        let account = key(KeyKind::Account);

        let by_user = UserJwt::new(user.public_key()).issue(&user);
        assert_eq!(kind(by_user), AuthErrorKind::WrongKeyKind);
        let for_account = UserJwt::new(account.public_key()).issue(&account);
        assert_eq!(kind(for_account), AuthErrorKind::WrongKeyKind);
        let in_user = UserJwt::new(user.public_key()).account(user.public_key()).issue(&account);
        assert_eq!(kind(in_user), AuthErrorKind::WrongKeyKind);
        let own = UserJwt::new(user.public_key()).scoped().issue(&account);
        assert_eq!(kind(own), AuthErrorKind::BadClaims);
        let other = key(KeyKind::Account).public_key();
        let both = UserJwt::new(user.public_key()).account(other).scoped().allow_publish("x");
        assert_eq!(kind(both.issue(&account)), AuthErrorKind::BadClaims);
    }

    #[test]
    fn the_jwt_of_an_account_is_not_a_users() {
        let account = key(KeyKind::Account);
        let claims = json!({"sub": account.public_key().to_string(), "nats": {"type": "account"}});
        let jwt = sign_claims(&claims, &key(KeyKind::Operator)).unwrap();

        assert_eq!(UserClaims::decode(jwt.expose()).unwrap_err().kind(), AuthErrorKind::BadJwt);
    }
}
