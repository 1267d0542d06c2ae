//! Applications as processes: signals and exit codes.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nats_actors::Client;
use nats_actors::testing::Server;
use nats_actors_tests::{eventually, eventually_async};

use super::kit::PATIENCE;

/// The program under test, killed when the test is over.
struct Program(Option<Child>);

impl Program {
    fn start(mode: &str, url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        let command = command.arg(mode).env("NATS_URL", url);
        Self(Some(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()))
    }

    fn signal(&self, name: &str) {
        let id = self.0.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Waits for its end: the exit code, and what it said to stderr.
    async fn end(&mut self) -> (Option<i32>, String) {
        let mut child = self.0.take().unwrap();
        let what = "the program ends";
        eventually(PATIENCE, what, || child.try_wait().unwrap().is_some()).await;
        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        (status.code(), String::from_utf8(stderr).unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
        }
    }
}

async fn answers(client: &Client) {
    eventually_async(PATIENCE, "the program answers", async || {
        client.request("shop.wait.1", "").await.is_ok()
    })
    .await;
}

/// Asks for something that takes so many milliseconds, and waits until its handler runs.
async fn ask(client: &Client, millis: u32) -> tokio::task::JoinHandle<Result<Vec<u8>, String>> {
    let mut begun = client.subscribe("shop.begun").await.unwrap();
    let asking = client.clone();
    let asked = tokio::spawn(async move {
        let subject = format!("shop.wait.{millis}");
        let reply = asking.request(subject, "").timeout(PATIENCE).await;
        reply.map(|reply| reply.payload().to_vec()).map_err(|error| error.to_string())
    });
    assert!(begun.next().await.is_some());
    asked
}

#[tokio::test]
async fn sigterm_drains() {
    let server = Server::start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let mut program = Program::start("serve", &server.url());
    answers(&client).await;
    let asked = ask(&client, 700).await;

    program.signal("-TERM");

    assert_eq!(asked.await.unwrap().unwrap(), b"700");
    assert_eq!(program.end().await, (Some(0), String::new()));
}

#[tokio::test]
async fn a_second_signal_aborts() {
    let server = Server::start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let mut draining = client.subscribe("shop.draining").await.unwrap();
    let mut program = Program::start("serve", &server.url());
    answers(&client).await;
    let asked = ask(&client, 20_000).await;
    program.signal("-INT");
    assert!(draining.next().await.is_some());
    let begin = Instant::now();

    program.signal("-TERM");

    let (code, text) = program.end().await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("cut short\n"), "{text}");
    assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    drop(asked);
}

#[tokio::test]
async fn exit_codes_tell_what_went_wrong() {
    let server = Server::start().await.unwrap();

    let (code, text) = Program::start("escalate", &server.url()).end().await;
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("doomed"), "{text}");

    let (code, text) = Program::start("misplan", &server.url()).end().await;
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("  1. task `doomed` wants `u64`, which nobody provides"), "{text}");

    server.kill().unwrap();
    let (code, text) = Program::start("serve", &server.url()).end().await;
    assert_eq!(code, Some(2), "{text}");
    assert!(text.starts_with("no connection to NATS: the server cannot be reached"), "{text}");
}
