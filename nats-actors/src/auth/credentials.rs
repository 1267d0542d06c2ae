//! What one shows to log in.

use std::fmt;
use std::time::SystemTime;

use zeroize::Zeroize as _;

use super::secret::Secret;
#[cfg(feature = "nkeys")]
use super::{keys::KeyPair, keys::PublicKey, proof::Proof};
use crate::protocol::ConnectInfo;

/// What one shows to a server to log in: any combination of a user and a password, a token, a JWT and a key.
///
/// All of it is sent, whether the server's INFO asks for a login or not: a server with a default user (`no_auth_user`)
/// does not ask, and would take who stays silent for that user. Only a signature needs a question, the nonce; a server
/// without one gets the JWT or the public key alone.
///
/// `Debug` shows which parts there are, never what they are.
///
/// ```
/// use nats_actors::auth::Credentials;
///
/// let both = Credentials::new().token("t0ken").user_and_password("orders", "s3cr3t");
/// assert!(!format!("{both:?}").contains("s3cr3t"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Credentials {
    user: Option<String>,
    password: Option<Secret>,
    token: Option<Secret>,
    jwt: Option<Secret>,
    #[cfg(feature = "nkeys")]
    proof: Option<Proof>,
    expires_at: Option<SystemTime>,
}

impl Credentials {
    /// Nothing: no login.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user's name and password. Default: none.
    pub fn user_and_password(
        mut self,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        self.user = Some(user.into());
        self.password = Some(password.into());
        self
    }

    /// Adds a token. Default: none.
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Adds a user's JWT. Unless it is a bearer's, a [`key_pair`](Self::key_pair) or a
    /// [`signature`](Self::signature) must come with it. Default: none.
    pub fn jwt(mut self, jwt: impl Into<Secret>) -> Self {
        self.jwt = Some(jwt.into());
        self
    }

    /// Signs the server's nonce with this key, which must be a user's. Without a JWT its public key is sent, too. Default:
    /// no key; the later one of a key and a [`signature`](Self::signature) counts.
    #[cfg(feature = "nkeys")]
    pub fn key_pair(mut self, key: KeyPair) -> Self {
        self.proof = Some(Proof::Key(key));
        self
    }

    /// Adds a signature of the nonce that somebody else has made, and the public key that it holds for. Without a JWT
    /// the public key is sent, too. Default: none.
    #[cfg(feature = "nkeys")]
    pub fn signature(mut self, key: PublicKey, signature: impl Into<Vec<u8>>) -> Self {
        self.proof = Some(Proof::Signature(key, signature.into()));
        self
    }

    /// When all this ceases to be valid. Default: when the JWT does.
    ///
    /// A client whose credentials come from a provider or a file connects anew before that time.
    pub const fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// When it ceases to be valid, as it says itself or as its JWT says.
    #[must_use]
    pub fn expiry(&self) -> Option<SystemTime> {
        #[cfg(feature = "nkeys")]
        if self.expires_at.is_none() {
            let claims = super::jwt::UserClaims::decode(self.jwt.as_ref()?.expose()).ok()?;
            return claims.expires_at();
        }
        self.expires_at
    }

    /// Whether this can be sent at all.
    #[cfg(feature = "nkeys")]
    pub(super) fn check(&self) -> Result<(), super::AuthError> {
        self.proof.as_ref().map_or(Ok(()), |proof| proof.check(self.jwt.as_ref()))
    }

    #[cfg(not(feature = "nkeys"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the twin with keys checks")]
    pub(super) const fn check(&self) -> Result<(), super::AuthError> {
        Ok(())
    }

    /// Writes all of it into a `CONNECT`, signing `nonce` where a key is there to sign with.
    #[cfg_attr(not(feature = "nkeys"), expect(unused_variables, reason = "only keys sign"))]
    pub(crate) fn fill(&self, connect: &mut ConnectInfo, nonce: &[u8]) {
        let exposed =
            |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        connect.user.clone_from(&self.user);
        connect.pass = exposed(&self.password);
        connect.auth_token = exposed(&self.token);
        connect.jwt = exposed(&self.jwt);
        #[cfg(feature = "nkeys")]
        if let Some(proof) = &self.proof {
            connect.nkey = self.jwt.is_none().then(|| proof.public_key().to_string());
            connect.sig = proof.signature(nonce);
        }
    }
}

/// Overwrites what a `CONNECT` says about its sender.
pub(crate) fn wipe(connect: &mut ConnectInfo) {
    let ConnectInfo { auth_token, pass, jwt, sig, .. } = connect;
    for secret in [auth_token, pass, jwt, sig] {
        secret.zeroize();
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Credentials");
        shown
            .field("user", &self.user.as_ref().map(|_| "<redacted>"))
            .field("password", &self.password)
            .field("token", &self.token)
            .field("jwt", &self.jwt);
        #[cfg(feature = "nkeys")]
        shown.field("proof", &self.proof);
        shown.field("expires_at", &self.expires_at).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: SEC-01, SEC-03, SEC-05
    #[test]
    fn every_part_goes_where_the_protocol_wants_it() {
        let both = Credentials::new().user_and_password("u", "p").token("t").jwt("j");
        let mut connect = ConnectInfo::default();
        both.fill(&mut connect, b"");

        assert_eq!((connect.user.as_deref(), connect.pass.as_deref()), (Some("u"), Some("p")));
        assert_eq!((connect.auth_token.as_deref(), connect.jwt.as_deref()), (Some("t"), Some("j")));
        assert!(!both.is_empty() && Credentials::new().is_empty());
    }

    // spec: SEC-17
    #[test]
    fn what_was_sent_is_overwritten() {
        let mut connect = ConnectInfo::default();
        Credentials::new().user_and_password("u", "p").token("t").jwt("j").fill(&mut connect, b"");
        wipe(&mut connect);

        assert_eq!((connect.pass, connect.auth_token, connect.jwt), (None, None, None));
    }
}
