//! Where an application connects to when it does not say so itself.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};

use nats_actors::testing::{Server, User};
use nats_actors::{Client, ConnectOptions};
use nats_actors_tests::{eventually, eventually_async};
use serde_json::{Value, json};

use super::kit::PATIENCE;

/// The shop, in an environment of its own; killed when the test is over.
struct Shop(Child);

impl Shop {
    fn start(mode: &str, server: &Server, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("NATS_") {
                command.env_remove(name);
            }
        }
        command.arg(mode).env("XDG_CONFIG_HOME", server.dir());
        command.envs(variables.iter().copied());
        Self(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that only ann may use, beside the contexts of a user.
async fn server() -> (Server, Client) {
    let server = Server::builder().user(User::new("ann", "s3cret")).start().await.unwrap();
    let options = ConnectOptions::new().user_and_password("ann", "s3cret");
    let client = options.connect(server.url()).await.unwrap();
    (server, client)
}

fn add(server: &Server, name: &str, settings: &Value) {
    let folder = server.dir().join("nats/context");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.json")), settings.to_string()).unwrap();
}

async fn answers(client: &Client) {
    eventually_async(PATIENCE, "the shop answers", async || {
        client.request("shop.wait.1", "").await.is_ok()
    })
    .await;
}

// spec: A21-01, A21-03, UTL-03, UTL-04
#[tokio::test]
async fn a_named_context_says_where_to_connect() {
    let (server, client) = server().await;
    let login = json!({"url": server.url(), "user": "ann", "password": "s3cret"});
    add(&server, "prod", &login);

    let by_name = Shop::start("serve", &server, &[("NATS_CONTEXT", "prod")]);
    answers(&client).await;
    drop(by_name);

    let file = server.dir().join("nats/context/prod.json");
    let _by_file = Shop::start("serve", &server, &[("NATS_CONTEXT", file.to_str().unwrap())]);
    answers(&client).await;
}

// spec: A21-04, UTL-04
#[tokio::test]
async fn a_variable_counts_before_the_context() {
    let (server, client) = server().await;
    add(&server, "old", &json!({"url": "nats://127.0.0.1:1", "user": "ann", "password": "s3cret"}));
    let url = server.url();
    let elsewhere = Shop::start("serve", &server, &[("NATS_CONTEXT", "old"), ("NATS_URL", &url)]);
    answers(&client).await;
    drop(elsewhere);

    add(&server, "bob", &json!({"url": server.url(), "user": "bob", "password": "wrong"}));
    let login = [("NATS_USER", "ann"), ("NATS_PASSWORD", "s3cret"), ("NATS_CONTEXT", "bob")];
    let _other = Shop::start("serve", &server, &login);
    answers(&client).await;
}

// spec: A21-05
#[tokio::test]
async fn jetstream_is_where_the_context_says() {
    let (server, client) = server().await;
    let settings = json!({
        "url": server.url(), "user": "ann", "password": "s3cret", "jetstream_domain": "hub",
    });
    add(&server, "leaf", &settings);
    let mut asked = client.subscribe("$JS.hub.API.STREAM.>").await.unwrap();

    let _shop = Shop::start("provision", &server, &[("NATS_CONTEXT", "leaf")]);

    let request = asked.next_within(PATIENCE).await.unwrap().unwrap();
    assert!(request.subject().ends_with(".SHOP"), "{}", request.subject());
}

// spec: A21-02
#[tokio::test]
async fn a_context_that_is_not_there_ends_it() {
    let (server, _client) = server().await;
    let mut shop = Shop::start("serve", &server, &[("NATS_CONTEXT", "nobody")]);

    eventually(PATIENCE, "it ends", || shop.0.try_wait().unwrap().is_some()).await;
    let mut said = String::new();
    shop.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(shop.0.wait().unwrap().code(), Some(2), "{said}");
    assert!(said.contains("there is no such context"), "{said}");
}
