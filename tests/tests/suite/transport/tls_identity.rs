//! Who both sides show to be.

use std::fs;
use std::sync::Arc;

use nats_actors::testing::{Authority, Cluster, Server, ServerConfig};
use nats_actors::{ConnectStage, ErrorKind, InitialConnect};
use nats_actors_tests::eventually;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::kit::{PATIENCE, certified, chain, options, tls_server, works};

/// A server that wants to see a certificate of this authority.
async fn verifying_server(authority: &Authority) -> Server {
    let certificate = authority.certificate(&["127.0.0.1"]).unwrap();
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    config.tls_verify(authority.file()).start().await.unwrap()
}

// spec: A40-08, SEC-26
#[tokio::test]
async fn a_client_certificate_is_shown_when_the_server_asks() {
    let authority = Authority::new().unwrap();
    let server = verifying_server(&authority).await;
    let trusting = options().tls_authorities(authority.file());
    let error = trusting.clone().connect(server.url()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{}", chain(&error));

    let own = authority.certificate(&["client.test"]).unwrap();
    let certified = trusting.tls_client_certificate(own.chain(), own.key());
    let client = certified.connect(server.url()).await.unwrap();
    assert!(client.server_info().tls_verify);
    works(&client).await;
}

/// The same client: its files change between two dials, and are half written between two others.
// spec: SEC-27, A40-08
#[tokio::test]
async fn renewed_certificates_are_used_from_the_next_dial_on() {
    let (authority, stranger) = (Authority::new().unwrap(), Authority::new().unwrap());
    let server = verifying_server(&authority).await;
    let (old, new) = (
        stranger.certificate(&["old.test"]).unwrap(),
        authority.certificate(&["new.test"]).unwrap(),
    );
    let client = options()
        .tls_authorities(authority.file())
        .tls_client_certificate(old.chain(), old.key())
        .initial_connect(InitialConnect::Background)
        .connect(server.url())
        .await
        .unwrap();
    let failed = |count| {
        let log = server.log();
        log.matches("TLS handshake error").count() >= count
    };
    eventually(PATIENCE, "the old certificate is refused", || failed(1)).await;
    fs::copy(new.chain(), old.chain()).unwrap();
    fs::copy(new.key(), old.key()).unwrap();
    eventually(PATIENCE, "the new one is taken", || client.state().is_connected()).await;
    works(&client).await;

    fs::write(old.key(), "-----BEGIN").unwrap();
    client.force_reconnect();
    eventually(PATIENCE, "the last good one is used", || {
        client.statistics().reconnects >= 1 && client.state().is_connected()
    })
    .await;
    works(&client).await;
}

// spec: SEC-30
#[tokio::test]
async fn the_certificate_must_have_the_expected_name() {
    let authority = Authority::new().unwrap();
    let certificate = authority.certificate(&["nats.test"]).unwrap();
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    let server = config.start().await.unwrap();
    let trusting = options().tls_authorities(authority.file());
    let error = trusting.clone().connect(server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Tls));
    assert!(chain(&error).contains("not valid for"), "{}", chain(&error));

    let client = trusting.clone().tls_server_name("nats.test").connect(server.url()).await.unwrap();
    assert_eq!(client.tls_state().unwrap().server_name(), "nats.test");
    let bad = trusting.tls_server_name("not a name").connect(server.url()).await.unwrap_err();
    assert_eq!((bad.kind(), bad.subject()), (ErrorKind::BadOptions, Some("not a name")));
}

/// The certificate is for `localhost` only, and the server tells its peers' addresses as bare IPs.
// spec: A40-07, CON-21, CON-19
#[tokio::test]
async fn a_told_address_is_verified_by_the_name_of_the_teller() {
    let authority = Authority::new().unwrap();
    let certificate = authority.certificate(&["localhost"]).unwrap();
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    let cluster = Cluster::start(2, config).await.unwrap();
    let url = format!("tls://localhost:{}", cluster[0].port());
    let client = options().tls_authorities(authority.file()).connect(url).await.unwrap();
    let second = cluster[1].varz().await.unwrap();
    let second = second["server_id"].as_str().unwrap();
    eventually(PATIENCE, "the other is told", || {
        let told = &client.server_info().connect_urls;
        told.iter().any(|url| url.ends_with(&cluster[1].port().to_string()))
    })
    .await;
    cluster[0].kill().unwrap();
    eventually(PATIENCE, "it goes to the other", || client.server_info().server_id == second).await;

    let tls = client.tls_state().unwrap();
    assert_eq!(tls.server_name(), "localhost");
    works(&client).await;
}

// spec: SEC-24, SEC-35, A40-08
#[tokio::test]
async fn a_configuration_of_rustls_is_used_as_it_is() {
    let (server, authority, trusting) = tls_server().await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority.file()).unwrap()).unwrap();
    let suite = ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;
    let provider =
        rustls::crypto::CryptoProvider { cipher_suites: vec![suite], ..ring::default_provider() };
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = options().tls_config(config.clone()).connect(server.url()).await.unwrap();
    let tls = client.tls_state().unwrap();
    assert_eq!(tls.version(), "TLS 1.2");
    assert_eq!(tls.cipher_suite(), "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    works(&client).await;

    let both = trusting.tls_config(config).connect(server.url()).await.unwrap_err();
    assert_eq!(both.kind(), ErrorKind::BadOptions);
}

// spec: SEC-34
#[tokio::test]
async fn verification_is_given_up_only_by_a_loud_name() {
    let (server, _authority, _) = tls_server().await;
    assert!(options().connect(server.url()).await.is_err(), "nobody here trusts this authority");
    let careless = options().danger_accept_any_certificate();
    let client = careless.connect(server.url()).await.unwrap();
    works(&client).await;
}

// spec: SEC-25
#[tokio::test]
async fn files_that_cannot_be_used_are_named() {
    let (server, authority, _) = tls_server().await;
    let (empty, own) = (authority.file().with_extension("txt"), certified().1);
    fs::write(&empty, "nothing").unwrap();
    let missing = authority.file().with_extension("none");
    let bad = [
        (options().tls_authorities(&missing), &missing, "it cannot be read"),
        (options().tls_authorities(&empty), &empty, "there is no certificate in it"),
        (
            options().tls_authorities(authority.file()).tls_client_certificate(own.chain(), &empty),
            &empty,
            "it cannot be read",
        ),
    ];
    for (options, file, rule) in bad {
        let error = options.connect(server.url()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadOptions);
        let text = error.to_string();
        assert!(text.contains(&file.display().to_string()) || text.contains("cannot be read"));
        assert!(text.ends_with(rule), "{text}");
    }
}
