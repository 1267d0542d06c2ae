//! When TLS is agreed on, and when it must not be missing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nats_actors::testing::{ScriptedServer, Server};
use nats_actors::{ConnectStage, ErrorKind, Event, InitialConnect, ServerAddr};
use nats_actors_tests::eventually;
use tokio::net::TcpStream;

use super::kit::{PATIENCE, certified, chain, options, tls_server, within, works};

// spec: A40-04, SEC-25, SEC-28, SEC-29, SEC-31, SEC-36, TRN-02
#[tokio::test]
async fn server_scheme_and_option_each_lead_to_tls() {
    let (server, _authority, trusting) = tls_server().await;
    let cases = [
        (format!("nats://{}", server.addr()), trusting.clone()),
        (format!("tls://{}", server.addr()), trusting.clone()),
        (server.addr().to_string(), trusting.require_tls()),
    ];
    for (url, options) in cases {
        let client = options.connect(&url).await.unwrap();
        let tls = client.tls_state().expect("there is TLS");
        assert_eq!((tls.version(), tls.server_name()), ("TLS 1.3", "127.0.0.1"), "{url}");
        assert!(tls.cipher_suite().starts_with("TLS13_"), "{}", tls.cipher_suite());
        assert_eq!(tls.peer_certificates().count(), 1);
        works(&client).await;
    }
}

// spec: SEC-33, A40-04
#[tokio::test]
async fn tls_that_is_only_available_is_taken_when_it_is_asked_for() {
    let (authority, certificate) = certified();
    let tls = format!(
        "tls {{ cert_file: {:?}, key_file: {:?} }}\nallow_non_tls: true",
        certificate.chain(),
        certificate.key()
    );
    let server = Server::builder().extra(tls).start().await.unwrap();
    let plain = options().connect(server.url()).await.unwrap();
    assert!(plain.server_info().tls_available && !plain.server_info().tls_required);
    assert_eq!(plain.tls_state(), None);

    let trusting = options().tls_authorities(authority.file());
    let secure = trusting.require_tls().connect(server.url()).await.unwrap();
    assert!(secure.tls_state().is_some());
    works(&secure).await;
}

// spec: A40-05, SEC-28, SEC-29, ERR-19
#[tokio::test]
async fn a_server_without_tls_hears_nothing() {
    let server = ScriptedServer::start().unwrap();
    let secret = options().user_and_password("u", "secret");
    for (scheme, options) in [("tls", secret.clone()), ("nats", secret.require_tls())] {
        let url = format!("{scheme}://{}", server.addr());
        let connecting = tokio::spawn(async move { options.connect(url).await });
        let mut peer = server.accept().await.unwrap();
        peer.send_info("\"auth_required\":true").await.unwrap();
        let said = peer.line().await.unwrap_err();
        let error = within(PATIENCE, connecting).await.unwrap().unwrap_err();

        assert_eq!(said.kind(), std::io::ErrorKind::UnexpectedEof);
        assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Tls));
        assert!(error.to_string().ends_with("it is asked for, and the server does not offer it"));
    }
}

// spec: SEC-31
#[tokio::test]
async fn words_put_between_info_and_tls_are_refused() {
    let server = ScriptedServer::start().unwrap();
    let url = server.url();
    let connecting = tokio::spawn(async move { options().connect(url).await });
    let mut peer = server.accept().await.unwrap();
    let info = "INFO {\"server_id\":\"S\",\"tls_required\":true}\r\nINFO {\"ldm\":true}\r\n";
    peer.send(info).await.unwrap();
    let error = within(PATIENCE, connecting).await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Tls));
    assert!(error.to_string().ends_with("the peer sent more than its INFO before TLS"), "{error}");
}

// spec: A40-06, SEC-32, TRN-03
#[tokio::test]
async fn tls_may_come_first() {
    let (authority, certificate) = certified();
    let trusting = options().tls_authorities(authority.file());
    let config = Server::builder().tls(certificate.chain(), certificate.key());
    let server = config.tls_first().start().await.unwrap();
    let client = trusting.clone().tls_first().connect(server.url()).await.unwrap();
    assert!(client.tls_state().is_some() && client.server_info().tls_required);
    works(&client).await;

    let late = trusting.connect_timeout(Duration::from_millis(300)).connect(server.url());
    let error = late.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Info));
}

// spec: A40-06, SEC-32
#[tokio::test]
async fn a_server_that_waits_for_tls_takes_both() {
    let (authority, certificate) = certified();
    let tls = format!(
        "tls {{ cert_file: {:?}, key_file: {:?}, handshake_first: auto }}",
        certificate.chain(),
        certificate.key()
    );
    let server = Server::builder().extra(tls).start().await.unwrap();
    let trusting = options().tls_authorities(authority.file());
    for options in [trusting.clone().tls_first(), trusting] {
        let client = options.connect(server.url()).await.unwrap();
        assert!(client.tls_state().is_some());
        works(&client).await;
    }
}

/// Pain 2.10: a reconnect goes the way of the first connect, and continues the session.
// spec: A40-04, SEC-31
#[tokio::test]
async fn regression_10_a_reconnect_has_the_same_tls() {
    let (server, _authority, options) = tls_server().await;
    let client = options.connect(server.url()).await.unwrap();
    works(&client).await;
    assert!(!client.tls_state().unwrap().is_resumed());
    for round in 1..=2 {
        client.force_reconnect();
        eventually(PATIENCE, "it reconnects", || {
            client.statistics().reconnects == round && client.state().is_connected()
        })
        .await;
        works(&client).await;
        assert!(client.tls_state().unwrap().is_resumed(), "the configuration is made once");
    }
    server.kill().unwrap();
    eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;
    assert_eq!(client.tls_state(), None);
    server.restart().await.unwrap();
    eventually(PATIENCE, "it reconnects", || client.state().is_connected()).await;
    assert!(client.tls_state().is_some());
    works(&client).await;
}

/// Between the first connect and the second, the server loses its TLS: the client stays away, even where only the server
/// had asked for TLS.
// spec: SEC-28, A40-05
#[tokio::test]
async fn a_reconnect_does_not_fall_back_to_clear_text() {
    let (server, _authority, trusting) = tls_server().await;
    for scheme in ["tls", "nats"] {
        let plain = Server::builder().trace().start().await.unwrap();
        let target = Arc::new(Mutex::new(server.addr()));
        let dialled = Arc::clone(&target);
        let options = trusting
            .clone()
            .connector(move |_: ServerAddr| TcpStream::connect(*dialled.lock().unwrap()));
        let client = options.connect(format!("{scheme}://{}", server.addr())).await.unwrap();
        let mut events = client.events();
        *target.lock().unwrap() = plain.addr();
        client.force_reconnect();
        let reason = within(PATIENCE, async {
            loop {
                if let Some(Event::ConnectFailed { reason, .. }) = events.next().await {
                    return reason;
                }
            }
        })
        .await;

        assert!(reason.contains("no TLS with the server"), "{reason}");
        assert!(!plain.log().contains("CONNECT"), "{}", plain.log());
    }
}

/// The peer takes the ClientHello and is silent: the deadline ends it, on the first connect and on a later one.
// spec: CON-08, A40-02
#[tokio::test]
async fn regression_10_a_stalled_handshake_ends_at_the_deadline() {
    let server = ScriptedServer::start().unwrap();
    let options = options()
        .connect_timeout(Duration::from_millis(300))
        .initial_connect(InitialConnect::Background);
    let client = options.connect(server.url()).await.unwrap();
    let mut events = client.events();
    for _ in 0..2 {
        let mut peer = server.accept().await.unwrap();
        peer.send_info("\"tls_required\":true").await.unwrap();
        let reason = within(PATIENCE, async {
            loop {
                if let Some(Event::ConnectFailed { reason, .. }) = events.next().await {
                    return reason;
                }
            }
        });
        let reason = reason.await;
        assert!(reason.starts_with("no TLS with the server"), "{reason}");
        assert!(reason.contains("nothing within 300ms"), "{reason}");
    }
}

// spec: CON-08
#[tokio::test]
async fn the_cause_of_a_failed_handshake_is_told() {
    let (server, _authority, _) = tls_server().await;
    let (stranger, _) = certified();
    let trusting = options().tls_authorities(stranger.file());
    let error = trusting.connect(server.url()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Tls));
    assert!(chain(&error).contains("invalid peer certificate: UnknownIssuer"), "{}", chain(&error));
}
