//! Deciding who may log in, for a server that asks (authentication callout).

use std::fmt;

use serde::Deserialize;
use serde_json::json;

use super::error::{AuthError, AuthErrorKind};
use super::jwt::{Token, sign_claims};
use super::keys::{KeyKind, KeyPair, PublicKey};
use super::secret::Secret;

/// A server's question whether somebody may log in, as it comes on [`SUBJECT`](Self::SUBJECT).
///
/// The answer is a signed JWT: [`allow`](Self::allow) with the JWT of the user that the client becomes, or
/// [`deny`](Self::deny). `Debug` shows no credentials. Questions that are encrypted (option `xkey` of the server) cannot
/// be read.
///
/// ```no_run
/// use nats_actors::Client;
/// use nats_actors::auth::{CalloutRequest, KeyPair, UserJwt};
///
/// # async fn example(client: Client, issuer: KeyPair) -> Result<(), Box<dyn std::error::Error>> {
/// let mut questions = client.subscribe(CalloutRequest::SUBJECT).await?;
/// while let Some(message) = questions.next().await {
///     let request = CalloutRequest::decode(std::str::from_utf8(message.payload())?)?;
///     let answer = match request.token().map(|token| token.expose()) {
///         Some("t0ken") => {
///             let user = UserJwt::new(request.user()).name("ann").audience("APP");
///             request.allow(&user.issue(&issuer)?, &issuer)?
///         }
///         _ => request.deny("unknown token", &issuer)?,
///     };
///     if let Some(reply) = message.reply() {
///         client.publish(reply, answer.expose().to_owned()).await?;
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct CalloutRequest {
    question: Question,
    user: PublicKey,
    server: PublicKey,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    iss: String,
    nats: Question,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Question {
    #[serde(rename = "type")]
    kind: String,
    user_nkey: String,
    server_id: Server,
    client_info: Peer,
    connect_opts: Shown,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Server {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Peer {
    host: String,
    #[serde(rename = "type")]
    kind: String,
}

/// What the client has shown in its `CONNECT`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Shown {
    name: Option<String>,
    user: Option<String>,
    pass: Option<Secret>,
    auth_token: Option<Secret>,
    jwt: Option<Secret>,
    nkey: Option<String>,
}

impl CalloutRequest {
    /// Where servers ask.
    pub const SUBJECT: &'static str = "$SYS.REQ.USER.AUTH";

    /// Reads a question and verifies the server's signature.
    ///
    /// # Errors
    ///
    /// [`BadJwt`](AuthErrorKind::BadJwt) if it is no question of a server; [`BadSignature`](AuthErrorKind::BadSignature).
    pub fn decode(jwt: &str) -> Result<Self, AuthError> {
        let bad = |rule: &'static str| AuthError::new(AuthErrorKind::BadJwt).detail(rule);
        let token = Token::parse(jwt)?;
        let Claims { iss, nats: question } = token.claims()?;
        if question.kind != "authorization_request" {
            return Err(bad("it is not the question of a callout"));
        }
        let of_kind = |text: &str, kind| PublicKey::parse(text).and_then(|key| key.require(kind));
        let server = of_kind(&iss, KeyKind::Server);
        let server = server.map_err(|_| bad("its issuer is not a server's key"))?;
        let user = of_kind(&question.user_nkey, KeyKind::User);
        let user = user.map_err(|_| bad("its subject is not a user's key"))?;
        token.verify(&server)?;
        Ok(Self { question, user, server })
    }

    /// The key that the server made up for the client: the user of the JWT that [`allow`](Self::allow) gets.
    #[must_use]
    pub const fn user(&self) -> PublicKey {
        self.user
    }

    /// The key of the server that asks.
    #[must_use]
    pub const fn server(&self) -> PublicKey {
        self.server
    }

    /// The name of the server that asks.
    #[must_use]
    pub fn server_name(&self) -> &str {
        &self.question.server_id.name
    }

    /// The client's address.
    #[must_use]
    pub fn client_host(&self) -> &str {
        &self.question.client_info.host
    }

    /// How the client is connected: `nats`, `websocket`, `mqtt`.
    #[must_use]
    pub fn client_type(&self) -> &str {
        &self.question.client_info.kind
    }

    /// The name that the client gave itself.
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.question.connect_opts.name.as_deref()
    }

    /// The user's name that the client has shown.
    #[must_use]
    pub fn user_name(&self) -> Option<&str> {
        self.question.connect_opts.user.as_deref()
    }

    /// The password that the client has shown.
    #[must_use]
    pub const fn password(&self) -> Option<&Secret> {
        self.question.connect_opts.pass.as_ref()
    }

    /// The token that the client has shown.
    #[must_use]
    pub const fn token(&self) -> Option<&Secret> {
        self.question.connect_opts.auth_token.as_ref()
    }

    /// The JWT that the client has shown.
    #[must_use]
    pub const fn jwt(&self) -> Option<&Secret> {
        self.question.connect_opts.jwt.as_ref()
    }

    /// The public key that the client has shown; it does not prove anything by itself.
    #[must_use]
    pub fn nkey(&self) -> Option<&str> {
        self.question.connect_opts.nkey.as_deref()
    }

    /// The answer that lets the client in, as the user of this JWT.
    ///
    /// # Errors
    ///
    /// [`WrongKeyKind`](AuthErrorKind::WrongKeyKind) if `issuer` is not an account's key.
    pub fn allow(&self, user_jwt: &Secret, issuer: &KeyPair) -> Result<Secret, AuthError> {
        self.answer("jwt", user_jwt.expose(), issuer)
    }

    /// The answer that refuses the client; the server logs the reason, the client is told of a violation only.
    ///
    /// # Errors
    ///
    /// [`WrongKeyKind`](AuthErrorKind::WrongKeyKind) if `issuer` is not an account's key.
    pub fn deny(&self, reason: &str, issuer: &KeyPair) -> Result<Secret, AuthError> {
        self.answer("error", reason, issuer)
    }

    fn answer(&self, key: &str, value: &str, issuer: &KeyPair) -> Result<Secret, AuthError> {
        issuer.public_key().require(KeyKind::Account)?;
        let claims = json!({
            "sub": self.user.to_string(),
            "aud": self.server.to_string(),
            "nats": { "type": "authorization_response", "version": 2, key: value },
        });
        sign_claims(&claims, issuer)
    }
}

impl fmt::Debug for CalloutRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CalloutRequest")
            .field("user", &self.user)
            .field("server", &self.server)
            .field("client_host", &self.client_host())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(server: &KeyPair, kind: &str) -> Secret {
        let user = KeyPair::generate(KeyKind::User).public_key().to_string();
        let shown = json!({"auth_token": "hunter2", "user": "ann"});
        let nats = json!({"type": kind, "user_nkey": user, "connect_opts": shown});
        sign_claims(&json!({"sub": user, "nats": nats}), server).unwrap()
    }

    // spec: SEC-22
    #[test]
    fn only_a_servers_own_question_is_one() {
        let server = KeyPair::generate(KeyKind::Server);
        let good = question(&server, "authorization_request");
        let request = CalloutRequest::decode(good.expose()).unwrap();
        assert_eq!((request.server(), request.user_name()), (server.public_key(), Some("ann")));
        assert!(!format!("{request:?}").contains("hunter2"));

        let refused = |jwt: &str| CalloutRequest::decode(jwt).unwrap_err().kind();
        let other = question(&server, "user");
        assert_eq!(refused(other.expose()), AuthErrorKind::BadJwt);
        let by_account = question(&KeyPair::generate(KeyKind::Account), "authorization_request");
        assert_eq!(refused(by_account.expose()), AuthErrorKind::BadJwt);
        let (signed, _) = good.expose().rsplit_once('.').unwrap();
        let (_, foreign) = other.expose().rsplit_once('.').unwrap();
        assert_eq!(refused(&format!("{signed}.{foreign}")), AuthErrorKind::BadSignature);
    }

    #[test]
    fn only_an_account_can_answer() {
        let good = question(&KeyPair::generate(KeyKind::Server), "authorization_request");
        let request = CalloutRequest::decode(good.expose()).unwrap();
        let error = request.deny("no", &KeyPair::generate(KeyKind::User)).unwrap_err();

        assert_eq!(error.kind(), AuthErrorKind::WrongKeyKind);
    }
}
