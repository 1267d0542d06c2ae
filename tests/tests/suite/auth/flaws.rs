//! What cannot be used is told before anything is dialled, each flaw by its rule.

use std::error::Error as _;

use nats_actors::auth::{AuthError, AuthErrorKind, Credentials, KeyKind, KeyPair, format_creds};
use nats_actors::testing::{Proxy, Server};
use nats_actors::{ConnectOptions, ErrorKind};

use super::kit::{Trust, write};

/// The flaw for which `connect` refused, without a single connection.
async fn flaw(proxy: &Proxy, options: ConnectOptions) -> AuthError {
    let error = options.connect(proxy.url()).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOptions, "{error:?}");
    assert!(!error.is_retryable());
    assert_eq!(proxy.accepted(), 0);
    error.source().unwrap().downcast_ref::<AuthError>().unwrap().clone()
}

// spec: ERR-23, SEC-41
#[tokio::test]
async fn each_flaw_of_a_file_names_the_file_and_the_rule() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let trust = Trust::new();
    let (jwt, key) = trust.user(None);
    let good = format_creds(&jwt, &key);
    let seed = key.seed();
    let account = KeyPair::generate(KeyKind::Account).seed();
    let other = KeyPair::generate(KeyKind::User).seed();
    let replaced = |by: &str| good.expose().replace(seed.expose(), by);
    let cases = [
        (seed.expose().to_owned(), AuthErrorKind::NoJwt, "there is no user JWT"),
        (jwt.expose().to_owned(), AuthErrorKind::NoSeed, "there is no seed"),
        (replaced("SUA"), AuthErrorKind::BadSeed, "it has not the right length"),
        (replaced(account.expose()), AuthErrorKind::WrongKeyKind, "account, where user is needed"),
        (replaced(other.expose()), AuthErrorKind::KeyMismatch, "another user than the JWT"),
        (good.expose().replace(".eyJ", ".???"), AuthErrorKind::BadJwt, "not base64url"),
    ];
    for (text, kind, rule) in cases {
        let file = write(&server, "bad.creds", &text);
        let error = flaw(&proxy, ConnectOptions::new().credentials_file(&file)).await;
        let shown = error.to_string();
        assert_eq!((error.kind(), error.file()), (kind, Some(file.as_path())), "{shown}");
        assert!(shown.contains("bad.creds") && shown.contains(rule), "{shown}");
        assert!(!shown.contains(seed.expose()) && !shown.contains(jwt.expose()), "{shown}");
    }
}

// spec: ERR-23
#[tokio::test]
async fn a_file_that_cannot_be_read_says_why() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let missing = server.dir().join("missing.creds");
    let error = flaw(&proxy, ConnectOptions::new().credentials_file(&missing)).await;
    assert_eq!((error.kind(), error.file()), (AuthErrorKind::File, Some(missing.as_path())));
    let cause = error.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::NotFound);

    let directory = ConnectOptions::new().nkey_seed_file(server.dir());
    assert_eq!(flaw(&proxy, directory).await.kind(), AuthErrorKind::File);
    let huge = write(&server, "huge.nk", &"x".repeat((1 << 20) + 1));
    let error = flaw(&proxy, ConnectOptions::new().nkey_seed_file(huge)).await;
    assert!(error.to_string().contains("larger than 1 MiB"), "{error}");
}

// spec: ERR-23, SEC-12, SEC-13
#[tokio::test]
async fn each_flaw_of_a_text_names_the_rule() {
    let server = Server::start().await.unwrap();
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let trust = Trust::new();
    let (jwt, key) = trust.user(None);
    let account = KeyPair::generate(KeyKind::Account);
    let sign = |_| std::future::ready(Ok::<_, AuthError>(vec![0_u8; 64]));
    let jwt_file = write(&server, "a.jwt", jwt.expose());
    let seed_file = write(&server, "a.nk", "nothing");
    let flaws = [
        (ConnectOptions::new().nkey_seed("SUAX"), AuthErrorKind::BadSeed),
        (ConnectOptions::new().nkey_seed(""), AuthErrorKind::NoSeed),
        (ConnectOptions::new().nkey_seed(account.seed()), AuthErrorKind::WrongKeyKind),
        (ConnectOptions::new().nkey("UABC", sign), AuthErrorKind::BadPublicKey),
        (
            ConnectOptions::new().nkey(&account.public_key().to_string(), sign),
            AuthErrorKind::WrongKeyKind,
        ),
        (ConnectOptions::new().jwt("a.b.c", sign), AuthErrorKind::BadJwt),
        (ConnectOptions::new().credentials_text("hello"), AuthErrorKind::NoJwt),
        (ConnectOptions::new().jwt_and_seed(jwt, "SUAX"), AuthErrorKind::BadSeed),
        (
            ConnectOptions::new().credentials(Credentials::new().key_pair(account)),
            AuthErrorKind::WrongKeyKind,
        ),
    ];
    for (options, kind) in flaws {
        assert_eq!(flaw(&proxy, options).await.kind(), kind);
    }
    let apart = ConnectOptions::new().jwt_and_seed_files(&jwt_file, &seed_file);
    let error = flaw(&proxy, apart).await;
    assert_eq!((error.kind(), error.file()), (AuthErrorKind::BadSeed, Some(seed_file.as_path())));
    let apart = ConnectOptions::new().jwt_and_seed_files(&seed_file, &jwt_file);
    let error = flaw(&proxy, apart).await;
    assert_eq!((error.kind(), error.file()), (AuthErrorKind::NoJwt, Some(seed_file.as_path())));
    drop(key);
}
