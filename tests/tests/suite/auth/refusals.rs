//! What a server says when it does not let a client in.

use std::sync::Arc;

use nats_actors::auth::{AuthError, CredentialRequest, Credentials};
use nats_actors::testing::{ScriptedServer, Server, User};
use nats_actors::{ConnectOptions, ConnectStage, ErrorKind};
use nats_actors_tests::eventually_async;

use super::kit::{PATIENCE, user_info, works};

fn text(error: &nats_actors::Error) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

// spec: ERR-13
#[tokio::test]
async fn a_violation_is_told_by_its_name() {
    let server = Server::builder().user(User::new("ann", "p")).start().await.unwrap();
    let wrong = ConnectOptions::new().user_and_password("ann", "x");
    let error = wrong.connect(server.url()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(text(&error).contains("Authorization Violation"), "{}", text(&error));
    assert!(!error.is_retryable());
}

// spec: ERR-14, SEC-18
#[tokio::test]
async fn each_end_of_a_login_is_told_by_its_name() {
    let peer = ScriptedServer::start().unwrap();
    let ends = [
        "User Authentication Expired",
        "User Authentication Revoked",
        "Account Authentication Expired",
    ];
    for end in ends {
        let url = peer.url();
        let connecting = tokio::spawn(async move { ConnectOptions::new().connect(url).await });
        let mut client = peer.accept().await.unwrap();
        client.send("INFO {\"auth_required\":true}\r\n").await.unwrap();
        client.expect("CONNECT").await.unwrap();
        client.send(format!("-ERR '{end}'\r\n")).await.unwrap();
        let error = connecting.await.unwrap().unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        assert!(text(&error).contains(end), "{}", text(&error));
    }
}

/// A provider that takes longer than the server waits: the server's word, not a broken pipe.
// spec: ERR-15
#[tokio::test]
async fn a_login_that_comes_too_late_is_told_by_its_name() {
    let server = Server::builder().extra("authorization { user: a, password: b, timeout: 0.3 }");
    let server = Arc::new(server.start().await.unwrap());
    let patient = Arc::clone(&server);
    let slow = move |_: CredentialRequest| {
        let server = Arc::clone(&patient);
        async move {
            let gave_up = async || {
                let varz = server.varz().await.unwrap();
                varz["connections"] == 0 && varz["total_connections"] != 0
            };
            eventually_async(PATIENCE, "the server gives up", gave_up).await;
            Ok::<_, AuthError>(Credentials::new().user_and_password("a", "b"))
        }
    };
    let options = ConnectOptions::new().credential_provider(slow);
    let error = options.connect(server.url()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Login));
    assert!(text(&error).contains("Authentication Timeout"), "{}", text(&error));
    assert!(error.is_retryable());
}

/// One server that refuses does not end the search.
// spec: A40-29
#[tokio::test]
async fn another_server_may_let_the_client_in() {
    let refusing = Server::builder().user(User::new("bob", "p")).start().await.unwrap();
    let accepting = Server::builder().user(User::new("ann", "p")).start().await.unwrap();
    let options = ConnectOptions::new().user_and_password("ann", "p").keep_server_order();
    let client = options.connect([refusing.url(), accepting.url()]).await.unwrap();

    assert_eq!(client.server_info().port, accepting.port());
    assert_eq!(user_info(&client).await["user"], "ann");
    works(&client).await;
}

/// A server behind trusted proxies always has a nonce and refuses as any other: no reason to wait or to sign.
// spec: SEC-40, SEC-16
#[tokio::test]
async fn a_nonce_alone_asks_for_nothing() {
    let key = nats_actors::auth::KeyPair::generate(nats_actors::auth::KeyKind::User);
    let config = format!("proxies {{ trusted: [{{ key: {} }}] }}", key.public_key());
    let server = Server::builder().extra(config).start().await.unwrap();
    let client = ConnectOptions::new().connect(server.url()).await.unwrap();
    works(&client).await;

    let config = "authorization { users: [{ user: a, password: b, proxy_required: true }] }";
    let server = Server::builder().extra(config).start().await.unwrap();
    let direct = ConnectOptions::new().user_and_password("a", "b").connect(server.url()).await;
    assert_eq!(direct.unwrap_err().kind(), ErrorKind::Unauthorized);
}
