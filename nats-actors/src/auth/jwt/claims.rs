//! What a user JWT says.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::token::{Token, bad};
use super::wire::Claims;
use crate::auth::{AuthError, KeyKind, PublicKey};

/// What a user JWT says about its user.
///
/// The claims are read, and [`verify`](Self::verify) tells whether their issuer has signed them. Whether that issuer is
/// to be trusted is known to the server alone.
///
/// ```
/// use nats_actors::auth::{KeyKind, KeyPair, UserClaims, UserJwt};
///
/// # fn main() -> Result<(), nats_actors::auth::AuthError> {
/// let (account, user) = (KeyPair::generate(KeyKind::Account), KeyPair::generate(KeyKind::User));
/// let jwt = UserJwt::new(user.public_key()).name("ann").issue(&account)?;
///
/// let claims = UserClaims::decode(jwt.expose())?;
/// claims.verify()?;
/// assert_eq!((claims.name(), claims.issuer()), ("ann", account.public_key()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct UserClaims {
    claims: Claims,
    subject: PublicKey,
    issuer: PublicKey,
    token: Token,
}

impl UserClaims {
    /// Reads a user JWT.
    ///
    /// # Errors
    ///
    /// [`BadJwt`](crate::auth::AuthErrorKind::BadJwt) if it is no JWT of NATS or not that of a user.
    pub fn decode(jwt: &str) -> Result<Self, AuthError> {
        let token = Token::parse(jwt)?;
        let claims: Claims = token.claims()?;
        if !matches!(claims.nats.kind.as_str(), "user" | "") {
            return Err(bad("it is not that of a user"));
        }
        let subject = PublicKey::parse(&claims.sub).and_then(|key| key.require(KeyKind::User));
        let subject = subject.map_err(|_| bad("its subject is not a user's key"))?;
        let issuer = PublicKey::parse(&claims.iss);
        let issuer = issuer.map_err(|_| bad("its issuer is not a key"))?;
        Ok(Self { claims, subject, issuer, token })
    }

    /// Whether the issuer that the claims name has signed them.
    ///
    /// # Errors
    ///
    /// [`BadSignature`](crate::auth::AuthErrorKind::BadSignature) if not.
    pub fn verify(&self) -> Result<(), AuthError> {
        self.token.verify(&self.issuer)
    }

    /// The user's public key.
    #[must_use]
    pub const fn subject(&self) -> PublicKey {
        self.subject
    }

    /// The user's name; its public key if it has none of its own.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.claims.name
    }

    /// The key that signed: that of the account, or one of its signing keys.
    #[must_use]
    pub const fn issuer(&self) -> PublicKey {
        self.issuer
    }

    /// The account of the user.
    #[must_use]
    pub fn account(&self) -> String {
        let account = self.claims.nats.issuer_account.clone().filter(|key| !key.is_empty());
        account.unwrap_or_else(|| self.claims.iss.clone())
    }

    /// The id of the JWT.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.claims.jti
    }

    /// When it was issued.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.claims.iat)).unwrap_or(UNIX_EPOCH)
    }

    /// When it begins to be valid; `None` if it always was.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        time(self.claims.nbf)
    }

    /// When it ceases to be valid; `None` if never.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        time(self.claims.exp)
    }

    /// The tags of the user.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.claims.nats.tags
    }

    /// What it may publish to; empty: everything that is not denied.
    #[must_use]
    pub fn publish_allowed(&self) -> &[String] {
        &self.claims.nats.publish.allow
    }

    /// What it may not publish to.
    #[must_use]
    pub fn publish_denied(&self) -> &[String] {
        &self.claims.nats.publish.deny
    }

    /// What it may subscribe to; empty: everything that is not denied.
    #[must_use]
    pub fn subscribe_allowed(&self) -> &[String] {
        &self.claims.nats.subscribe.allow
    }

    /// What it may not subscribe to.
    #[must_use]
    pub fn subscribe_denied(&self) -> &[String] {
        &self.claims.nats.subscribe.deny
    }

    /// Whether the JWT alone logs in, without a signature.
    #[must_use]
    pub const fn is_bearer(&self) -> bool {
        self.claims.nats.bearer_token
    }
}

/// 0 is no time; so is a second that no clock reaches.
fn time(unix: u64) -> Option<SystemTime> {
    (unix > 0).then(|| UNIX_EPOCH.checked_add(Duration::from_secs(unix))).flatten()
}

impl std::fmt::Debug for UserClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserClaims")
            .field("name", &self.claims.name)
            .field("subject", &self.subject)
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}
