//! No seed, password, token or JWT is ever printed: not by `Debug`, not by an error, not in a trace.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use nats_actors::auth::{AuthError, Credentials, KeyKind, KeyPair};
use nats_actors::testing::{ScriptedServer, Server, User};
use nats_actors::{Client, ConnectOptions, Error, InitialConnect};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::kit::{Trust, works, write};

/// Everything that anybody says while it is the thread's subscriber, and what a test adds.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<String>>);

impl Heard {
    fn add(&self, shown: &impl Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{shown:?}");
    }

    fn error(&self, error: &Error) {
        self.add(error);
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = next {
            let _ = writeln!(self.0.lock().unwrap(), "{error} {error:?} {error:#?}");
            next = error.source();
        }
    }

    /// Neither the text nor its bytes, as `Debug` of a vector shows them.
    fn holds_none_of(&self, secrets: &[&str]) {
        let heard = self.0.lock().unwrap();
        for secret in secrets {
            assert!(secret.len() >= 8, "too short to be told from other text");
            let bytes = format!("{:?}", &secret.as_bytes()[..8]);
            for form in [&secret[..8], bytes.trim_matches(['[', ']'])] {
                assert!(!heard.contains(form), "{form} in:\n{heard}");
            }
        }
    }
}

impl Visit for Heard {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}

impl Subscriber for Heard {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Connects in every way that `ways` names, to a server that accepts, one that refuses, and one that breaks off.
async fn hear_all(heard: &Heard, urls: &[String], ways: Vec<ConnectOptions>) {
    let (mut accepted, mut refused) = (0, 0);
    for way in ways {
        heard.add(&way);
        for url in urls {
            match way.clone().connect(url.as_str()).await {
                Ok(client) => {
                    accepted += 1;
                    follow(heard, client).await;
                }
                Err(error) => {
                    refused += 1;
                    heard.error(&error);
                }
            }
        }
    }
    assert!(accepted > 0 && refused > 0, "{accepted} {refused}");
}

async fn follow(heard: &Heard, client: Client) {
    works(&client).await;
    heard.add(&client);
    heard.add(&client.server_info());
    let mut events = client.events();
    client.force_reconnect();
    while let Some(event) = events.next().await {
        heard.add(&event);
        if matches!(event, nats_actors::Event::Connected { .. }) {
            client.close().await;
        }
    }
    heard.add(&client);
}

/// A peer that reads the login of each client and breaks off.
fn breaking_off() -> String {
    let peer = ScriptedServer::start().unwrap();
    let url = peer.url();
    tokio::spawn(async move {
        while let Ok(mut client) = peer.accept().await {
            let _ = client.send("INFO {\"nonce\":\"abc\",\"auth_required\":true}\r\n").await;
            let _ = client.expect("CONNECT").await;
            let _ = client.send("-ERR 'Authentication Timeout'\r\n").await;
        }
    });
    url
}

// spec: SEC-41, A21-07
#[tokio::test]
async fn passwords_and_tokens_are_not_printed() {
    let heard = Heard::default();
    let _guard = tracing::subscriber::set_default(heard.clone());
    let (password, token) = ("hunter2-password", "hunter2-token-long");
    let known = Server::builder().user(User::new("ann", password)).start().await.unwrap();
    let tokens = Server::builder().token(token).start().await.unwrap();
    let addresses = [("ann:", password, &known), ("", token, &tokens)]
        .map(|(user, secret, server)| format!("nats://{user}{secret}@{}", server.addr()));
    let wrong = format!("nats://ann:{token}@{}", known.addr());
    let mut urls = vec![known.url(), tokens.url(), wrong, breaking_off()];
    urls.extend(addresses);
    urls.push(format!("nats://ann:{password}@127.0.0.1:1"));
    urls.push(format!("bad://ann:{password}@host"));
    urls.push(format!("nats://ann:{password}@host:99999"));
    let all = Credentials::new().user_and_password("ann", password).token(token);
    let provider = move |_| std::future::ready(Ok::<_, AuthError>(all.clone()));
    let ways = vec![
        ConnectOptions::new().user_and_password("ann", password),
        ConnectOptions::new().token(token),
        ConnectOptions::new().credential_provider(provider),
    ];
    hear_all(&heard, &urls, ways).await;

    heard.holds_none_of(&[password, token, "hunter2-"]);
}

// spec: SEC-41, SEC-17
#[tokio::test]
async fn seeds_and_jwts_are_not_printed() {
    let heard = Heard::default();
    let _guard = tracing::subscriber::set_default(heard.clone());
    let trust = Trust::new();
    let server = trust.server().await;
    let (jwt, key) = trust.user(None);
    let public = Server::builder().user(User::nkey(key.public_key().to_string()));
    let public = public.start().await.unwrap();
    let text = nats_actors::auth::format_creds(&jwt, &key);
    let (seed, other) = (key.seed(), KeyPair::generate(KeyKind::User).seed());
    let file = |name: &str, text: &str| write(&server, name, text);
    let broken = seed.expose().replacen("SU", "SA", 1);
    let signer = key.clone();
    let provided = text.clone();
    let ways = vec![
        ConnectOptions::new().nkey_seed(seed.clone()),
        ConnectOptions::new().nkey_seed(broken.as_str()),
        ConnectOptions::new().nkey_seed_file(file("a.nk", seed.expose())),
        ConnectOptions::new().nkey_seed_file(file("broken.nk", &broken)),
        ConnectOptions::new().credentials_text(text.clone()),
        ConnectOptions::new()
            .credentials_text(text.expose().replace('=', "").replace("eyJ", "eyK")),
        ConnectOptions::new().credentials_file(file("a.creds", text.expose())),
        ConnectOptions::new().credentials_file(file("broken.creds", &text.expose()[..200])),
        ConnectOptions::new().credentials_file(file("swapped.creds", seed.expose())),
        ConnectOptions::new().jwt_and_seed(jwt.clone(), seed.clone()),
        ConnectOptions::new().jwt_and_seed(jwt.clone(), other.clone()),
        ConnectOptions::new()
            .jwt_and_seed_files(file("a.jwt", jwt.expose()), file("a.nk", seed.expose())),
        ConnectOptions::new().jwt(jwt.clone(), move |nonce| {
            std::future::ready(Ok::<_, AuthError>(signer.sign(&nonce)))
        }),
        ConnectOptions::new().credential_provider(move |_| {
            std::future::ready(Credentials::from_creds(provided.expose()))
        }),
    ];
    let urls = [server.url(), public.url(), breaking_off()];
    hear_all(&heard, &urls, ways).await;
    let background = ConnectOptions::new().initial_connect(InitialConnect::Background);
    let client = background.credentials_file(file("late.creds", "")).connect(server.url());
    heard.add(&client.await.unwrap());

    let parts: Vec<&str> = jwt.expose().split('.').skip(1).collect();
    let mut secrets = vec![&seed.expose()[4..], &other.expose()[4..], &broken[4..]];
    secrets.extend(parts.iter().map(|part| &part[part.len() - 20..]));
    heard.holds_none_of(&secrets);
}
