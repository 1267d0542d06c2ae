//! The authorities of the system, in a process whose environment names them.

use std::env;
use std::fs;
use std::process::Command;

use nats_actors::testing::{Server, ServerConfig};
use nats_actors::{Client, ConnectStage, ErrorKind};

use super::kit::{certified, works};

const URL: &str = "NATS_ACTORS_TEST_URL";

/// The other side of [`the_authorities_of_the_system_are_trusted`]; nothing by itself.
#[tokio::test]
async fn connect_as_a_child() {
    let Ok(url) = env::var(URL) else { return };
    works(&Client::connect(url).await.unwrap()).await;
}

/// `SSL_CERT_FILE` stands for the bundle of the system; one of its entries is broken, which is a warning.
// spec: A40-08, SEC-25
#[tokio::test]
async fn the_authorities_of_the_system_are_trusted() {
    let (authority, certificate) = certified();
    let config = ServerConfig::new().tls(certificate.chain(), certificate.key());
    let server: Server = config.start().await.unwrap();
    let error = Client::connect(server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Tls));

    let broken = "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n";
    let bundle = authority.file().with_extension("bundle");
    fs::write(&bundle, broken.to_owned() + &fs::read_to_string(authority.file()).unwrap()).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "transport::system_roots::connect_as_a_child"]);
    child.env(URL, server.url()).env("SSL_CERT_FILE", &bundle).env_remove("SSL_CERT_DIR");
    let ran = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let output = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && output.contains("1 passed"), "{output}");
}
