//! What the tests of services share.

use nats_actors::service::{self, RunningService, ServiceOptions};
use nats_actors::testing::Server;
use nats_actors::{Client, Message};
use tokio::task::JoinHandle;

use super::demo::{Counter, Demo, Probe};

pub(crate) use crate::core::kit::{PATIENCE, within};

/// A server, a client that calls, and the demo service on a connection of its own.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) client: Client,
    pub(crate) probe: Probe,
    pub(crate) running: RunningService,
}

impl Stage {
    /// So many requests to the endpoint that waits at the gate.
    pub(crate) fn ask_gated(&self, count: usize) -> Vec<JoinHandle<Message>> {
        let ask = |_| {
            let client = self.client.clone();
            tokio::spawn(async move { ask(&client, "demo.v1.gated", "").await })
        };
        (0..count).map(ask).collect()
    }

    /// Starts the service that counts, on a connection of its own.
    pub(crate) async fn count(&self) -> (Probe, RunningService) {
        let probe = Probe::default();
        let seen = probe.clone();
        let service = connect(&self.server).await;
        let factory = move || Counter::new(&seen);
        (probe, service::start(&service, factory, ServiceOptions::new()).await.unwrap())
    }
}

pub(crate) async fn stage() -> Stage {
    stage_with(ServiceOptions::new()).await
}

pub(crate) async fn stage_with(options: ServiceOptions) -> Stage {
    let server = Server::start().await.unwrap();
    let client = connect(&server).await;
    let probe = Probe::default();
    let running = serve(&connect(&server).await, &probe, options).await;
    Stage { server, client, probe, running }
}

pub(crate) async fn serve(
    client: &Client,
    probe: &Probe,
    options: ServiceOptions,
) -> RunningService {
    let probe = probe.clone();
    service::start(client, move || Demo::new(&probe), options).await.unwrap()
}

pub(crate) async fn connect(server: &Server) -> Client {
    Client::connect(server.url()).await.unwrap()
}

/// A reply to a request that does not go through a generated client.
pub(crate) async fn ask(client: &Client, subject: &str, payload: &str) -> Message {
    client.request(subject, payload).timeout(PATIENCE).await.unwrap()
}

/// The code of an error reply; 0 if it is none.
pub(crate) fn code(reply: &Message) -> u16 {
    let code = header(reply, "Nats-Service-Error-Code");
    code.map_or(0, |code| code.parse().unwrap())
}

pub(crate) fn error_text(reply: &Message) -> String {
    header(reply, "Nats-Service-Error").unwrap_or_default()
}

pub(crate) fn header(reply: &Message, name: &str) -> Option<String> {
    reply.headers().unwrap().get(name).map(ToOwned::to_owned)
}
