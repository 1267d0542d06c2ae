//! An operator, an account and its users, as JWTs that a server in operator mode trusts.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use nats_actors::auth::{KeyKind, KeyPair, UserJwt, format_creds, sign_claims};
use nats_actors::testing::{Server, ServerConfig};
use nats_actors::{Client, Event, Events, Secret};
use serde_json::{Value, json};

pub(crate) use crate::core::kit::PATIENCE;

/// One operator with one account, which has a signing key and a scoped signing key.
pub(crate) struct Trust {
    operator: KeyPair,
    system: KeyPair,
    pub(crate) account: KeyPair,
    pub(crate) signer: KeyPair,
    pub(crate) scoped: KeyPair,
}

impl Trust {
    pub(crate) fn new() -> Self {
        Self {
            operator: KeyPair::generate(KeyKind::Operator),
            system: KeyPair::generate(KeyKind::Account),
            account: KeyPair::generate(KeyKind::Account),
            signer: KeyPair::generate(KeyKind::Account),
            scoped: KeyPair::generate(KeyKind::Account),
        }
    }

    /// A server that knows this operator and its account.
    pub(crate) async fn server(&self) -> Server {
        ServerConfig::new().extra(self.config()).start().await.unwrap()
    }

    fn config(&self) -> String {
        let system = self.system.public_key().to_string();
        let nats = json!({"type": "operator", "version": 2, "system_account": system});
        let operator = self.signed("operator", &self.operator, &nats);
        let template = json!({
            "pub": {"allow": ["scoped.>"]}, "sub": {"allow": ["scoped.>", "_INBOX.>"]},
            "subs": -1, "data": -1, "payload": -1,
        });
        let scope = json!({
            "kind": "user_scope", "key": self.scoped.public_key().to_string(),
            "role": "scoped", "template": template,
        });
        let keys = json!([self.signer.public_key().to_string(), scope]);
        let accounts = [(&self.account, keys), (&self.system, json!([]))];
        let preloaded: Vec<_> = accounts
            .map(|(account, keys)| {
                format!("{}: {}", account.public_key(), self.account(account, &keys))
            })
            .into();
        let preloaded = preloaded.join("\n");
        format!("operator: {operator}\nresolver: MEMORY\nresolver_preload: {{\n{preloaded}\n}}")
    }

    /// The JWT of an account without limits.
    fn account(&self, account: &KeyPair, signing_keys: &Value) -> String {
        let limits = json!({
            "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
            "wildcards": true, "conn": -1, "leaf": -1,
        });
        let nats = json!({"type": "account", "version": 2, "limits": limits, "signing_keys": signing_keys});
        self.signed("account", account, &nats)
    }

    fn signed(&self, name: &str, subject: &KeyPair, nats: &Value) -> String {
        let claims = json!({"sub": subject.public_key().to_string(), "name": name, "nats": nats});
        sign_claims(&claims, &self.operator).unwrap().expose().to_owned()
    }

    /// A user's JWT and key.
    pub(crate) fn user(&self, valid: Option<Duration>) -> (Secret, KeyPair) {
        self.named_user("user", valid)
    }

    pub(crate) fn named_user(&self, name: &str, valid: Option<Duration>) -> (Secret, KeyPair) {
        let key = KeyPair::generate(KeyKind::User);
        let mut jwt = UserJwt::new(key.public_key()).name(name);
        if let Some(valid) = valid {
            jwt = jwt.expires_at(SystemTime::now() + valid);
        }
        (jwt.issue(&self.account).unwrap(), key)
    }

    /// The text of a `.creds` file for a new user.
    pub(crate) fn creds(&self, name: &str, valid: Option<Duration>) -> Secret {
        let (jwt, key) = self.named_user(name, valid);
        format_creds(&jwt, &key)
    }
}

/// Writes a file into the directory of a server, as tools do: beside, then renamed.
pub(crate) fn write(server: &Server, name: &str, text: &str) -> PathBuf {
    let path = server.dir().join(name);
    let beside = server.dir().join(format!("{name}.new"));
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(&beside, &path).unwrap();
    path
}

/// What the server says about who the client is.
pub(crate) async fn user_info(client: &Client) -> Value {
    let reply = client.request("$SYS.REQ.USER.INFO", "").await.unwrap();
    serde_json::from_slice::<Value>(reply.payload()).unwrap()["data"].take()
}

/// The client works: a request to itself is answered.
pub(crate) async fn works(client: &Client) {
    let subject = client.new_inbox();
    let mut echo = client.subscribe(subject.as_str()).await.unwrap();
    client.publish(subject.as_str(), "x").await.unwrap();
    let message = tokio::time::timeout(PATIENCE, echo.next()).await.unwrap().unwrap();
    assert_eq!(message.payload(), b"x");
}

/// The next event that `wanted` accepts.
pub(crate) async fn event(events: &mut Events, wanted: impl Fn(&Event) -> bool) -> Event {
    let found = async {
        while let Some(event) = events.next().await {
            if wanted(&event) {
                return event;
            }
        }
        panic!("the client was closed");
    };
    tokio::time::timeout(PATIENCE, found).await.expect("no such event in time")
}

/// Waits until the client has connected once more than before `leaving`.
pub(crate) async fn reconnected(client: &Client, leaving: impl FnOnce()) {
    let mut events = client.events();
    leaving();
    event(&mut events, |event| matches!(event, Event::Connected { .. })).await;
}
