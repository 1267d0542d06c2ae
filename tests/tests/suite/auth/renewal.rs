//! Each attempt to connect takes the credentials anew.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nats_actors::auth::{AuthError, AuthErrorKind, CredentialRequest, Credentials};
use nats_actors::auth::{KeyKind, KeyPair};
use nats_actors::testing::{Server, User};
use nats_actors::{ConnectOptions, ConnectStage, Error, ErrorKind, Event, InitialConnect};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, Trust, event, reconnected, user_info, works, write};

/// Every nonce is signed once, and every signature is good for one connection.
// spec: A40-11, SEC-08, SEC-15
#[tokio::test]
async fn each_connection_has_a_signature_of_its_own() {
    let key = KeyPair::generate(KeyKind::User);
    let public = key.public_key().to_string();
    let server = Server::builder().user(User::nkey(&public)).start().await.unwrap();
    let nonces = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&nonces);
    let options = ConnectOptions::new().nkey(&public, move |nonce| {
        let signature = key.sign(&nonce);
        seen.lock().unwrap().push(nonce);
        async move { Ok::<_, std::io::Error>(signature) }
    });
    let client = options.connect(server.url()).await.unwrap();
    for _ in 0..3 {
        reconnected(&client, || client.force_reconnect()).await;
        works(&client).await;
    }

    let mut nonces = nonces.lock().unwrap().clone();
    assert!(nonces.iter().all(|nonce| !nonce.is_empty()));
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 4);
}

/// The same with a JWT and its seed.
// spec: A40-11
#[tokio::test]
async fn a_jwt_is_signed_for_anew() {
    let trust = Trust::new();
    let server = trust.server().await;
    let options = ConnectOptions::new().credentials_text(trust.creds("a", None));
    let client = options.connect(server.url()).await.unwrap();
    for _ in 0..3 {
        reconnected(&client, || client.force_reconnect()).await;
        works(&client).await;
    }
}

// spec: A40-12, SEC-10, SEC-12
#[tokio::test]
async fn a_file_that_was_replaced_is_used_at_the_next_connection() {
    let trust = Trust::new();
    let server = trust.server().await;
    let creds = write(&server, "user.creds", trust.creds("first", None).expose());
    let options = ConnectOptions::new().credentials_file(creds);
    let client = options.connect(server.url()).await.unwrap();
    let first = user_info(&client).await["user"].clone();
    let (jwt, key) = trust.user(None);
    let text = nats_actors::auth::format_creds(&jwt, &key);
    write(&server, "user.creds", text.expose());
    reconnected(&client, || client.force_reconnect()).await;

    let second = user_info(&client).await["user"].clone();
    assert_eq!(second, key.public_key().to_string());
    assert_ne!(first, second);
}

/// A file that breaks while the client lives is an error of each attempt; one that is repaired is used.
// spec: A40-12, ERR-23
#[tokio::test]
async fn a_file_that_breaks_later_is_waited_for() {
    let trust = Trust::new();
    let server = trust.server().await;
    let good = trust.creds("a", None);
    let creds = write(&server, "user.creds", good.expose());
    let options = ConnectOptions::new().credentials_file(&creds);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    write(&server, "user.creds", "-----BEGIN NATS USER JWT-----\n");
    client.force_reconnect();
    let failed = event(&mut events, |event| matches!(event, Event::ConnectFailed { .. })).await;
    let Event::ConnectFailed { reason, .. } = failed else { unreachable!() };

    assert!(reason.contains("user.creds: there is no user JWT"), "{reason}");
    write(&server, "user.creds", good.expose());
    event(&mut events, |event| matches!(event, Event::Connected { .. })).await;
    works(&client).await;
}

/// Who says that it will wait may start before its credentials are there.
// spec: A40-12
#[tokio::test]
async fn a_file_may_come_later() {
    let trust = Trust::new();
    let server = trust.server().await;
    let options = ConnectOptions::new()
        .credentials_file(server.dir().join("late.creds"))
        .initial_connect(InitialConnect::Background);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    event(&mut events, |event| matches!(event, Event::ConnectFailed { .. })).await;
    write(&server, "late.creds", trust.creds("a", None).expose());

    eventually(PATIENCE, "it connects", || client.state().is_connected()).await;
    works(&client).await;
}

fn cause(error: &Error) -> &AuthError {
    let source = std::error::Error::source(error).unwrap();
    source.downcast_ref().unwrap()
}

// spec: SEC-14
#[tokio::test]
async fn a_provider_may_fail_panic_or_never_answer() {
    let server = Server::start().await.unwrap();
    let connect =
        async |options: ConnectOptions| options.connect(server.url()).await.map(drop).unwrap_err();
    let stage = ErrorKind::Connect(ConnectStage::Credentials);
    let failing = async |_: CredentialRequest| Err(std::io::Error::other("the vault is sealed"));
    let error = connect(ConnectOptions::new().credential_provider(failing)).await;
    assert_eq!((error.kind(), cause(&error).kind()), (stage, AuthErrorKind::Provider));
    let source = std::error::Error::source(cause(&error)).unwrap();
    assert_eq!(source.to_string(), "the vault is sealed");
    assert!(error.is_retryable());

    let panicking = |request: CredentialRequest| -> std::future::Ready<Result<_, AuthError>> {
        assert_eq!(request.server(), "nobody");
        std::future::ready(Ok(Credentials::new()))
    };
    let error = connect(ConnectOptions::new().credential_provider(panicking)).await;
    assert_eq!((error.kind(), cause(&error).kind()), (stage, AuthErrorKind::ProviderPanicked));

    let silent = async |_: CredentialRequest| {
        std::future::pending::<()>().await;
        Ok::<_, std::io::Error>(Credentials::new())
    };
    let options = ConnectOptions::new().credential_provider(silent);
    let error = connect(options.connect_timeout(Duration::from_millis(200))).await;
    assert_eq!(error.kind(), stage);
}

/// A provider sees the server that it is asked for, and may show all that there is at once.
// spec: SEC-05, SEC-14
#[tokio::test]
async fn a_provider_knows_who_asks() {
    let key = KeyPair::generate(KeyKind::User);
    let public = key.public_key();
    let server = Server::builder().user(User::nkey(public.to_string())).start().await.unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let provider = move |request: CredentialRequest| {
        let told = (request.server().to_owned(), request.info().version.clone());
        seen.lock().unwrap().push(told);
        let signature = key.sign(request.nonce());
        let credentials = Credentials::new().token("t").signature(public, signature);
        std::future::ready(Ok::<_, AuthError>(credentials))
    };
    let options = ConnectOptions::new().credential_provider(provider);
    let client = options.connect(server.url()).await.unwrap();

    works(&client).await;
    let version = client.server_info().version.clone();
    assert_eq!(*asked.lock().unwrap(), [(server.addr().to_string(), version)]);
}
