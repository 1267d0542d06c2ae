//! What runs for long: services, consumers, applications, and the supervisor below them.

use std::time::Duration;

use nats_actors::jetstream::StreamConfig;
use nats_actors::service::{RunningService, ServiceOptions};
use nats_actors::supervisor::{ChildSpec, Strategy, Supervisor, SupervisorOptions};
use nats_actors::testing::Server;
use nats_actors::{App, consumer, handlers, service, worker};
use nats_actors_tests::{Progress, drop_after, drop_at_each_poll, eventually, eventually_async};
use tokio::runtime::Handle;

use super::stage::{NETWORKS, STUCK, Stage};
use crate::core::kit::{PATIENCE, options, within};

#[service(name = "greeter", version = "0.1.0")]
struct Greeter;

#[handlers]
impl Greeter {
    #[endpoint("{name}.greet")]
    async fn greet(&self, name: String) -> String {
        name
    }
}

#[consumer(stream = "ORDERS", durable = "audit", provision = create)]
struct Audit;

#[handlers]
impl Audit {
    #[on("orders.>")]
    async fn any(&self) {}
}

fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

async fn serve(stage: &Stage) -> Result<RunningService, service::Error> {
    service::start(&stage.client, || Greeter, ServiceOptions::new()).await
}

/// A start that was dropped leaves no endpoint behind.
// spec: G-03, G-05
#[tokio::test]
async fn start_of_a_service_dropped_at_each_poll() {
    let stage = Stage::new().await;
    stage.leaves_nothing(&NETWORKS, "start", async || serve(&stage).await).await;
}

// spec: G-03, REQ-11
#[tokio::test]
async fn calls_and_waits_of_a_service_dropped_at_each_poll() {
    let mut stage = Stage::new().await;
    let server = service::start(&stage.other, || Greeter, ServiceOptions::new()).await.unwrap();
    stage.remember();
    let client = GreeterClient::new(&stage.client);
    let call = async || client.greet("ann".to_owned()).await;
    stage.leaves_nothing(&NETWORKS, "call", call).await;
    stage.leaves_nothing(&NETWORKS, "ended", async || server.ended().await).await;
}

/// A drain that was dropped goes on.
// spec: G-02, G-03
#[tokio::test]
async fn drain_of_a_service_dropped_at_each_poll() {
    let stage = Stage::new().await;
    for polls in 1..=6 {
        let running = serve(&stage).await.unwrap();
        drop_after(polls, STUCK, running.drain(PATIENCE)).await;
        stage.is_as_before("the drain of a service").await;
    }
}

/// A consumer's ends go on as well, and nobody is left who pulls.
// spec: G-03
#[tokio::test]
async fn waits_and_ends_of_a_consumer_dropped_at_each_poll() {
    let server = Server::builder().jetstream().start().await.unwrap();
    let mut stage = Stage::on(server, options()).await;
    let config = StreamConfig::new("ORDERS").subjects(["orders.>"]);
    stage.client.jetstream().create_stream(config).await.unwrap();
    stage.remember();
    for polls in 1..=4 {
        for aborts in [false, true] {
            let running = worker::consumer(&stage.client, || Audit).start();
            drop_after(polls, STUCK, running.wait_up(PATIENCE)).await;
            running.wait_up(PATIENCE).await.unwrap();
            if aborts {
                drop_after(polls, STUCK, running.abort()).await;
            } else {
                drop_after(polls, STUCK, running.drain()).await;
            }
            drop(running);
            stage.is_as_before("the end of a consumer").await;
        }
    }
}

fn app(server: &Server) -> App {
    App::new("shop", "0.1.0").connect(server.url()).service(|| Greeter)
}

async fn nothing_is_left(server: &Server, before: usize) {
    eventually(PATIENCE, "all tasks ended", || alive() <= before).await;
    let nobody = async || server.connz().await.unwrap()["num_connections"] == 0;
    eventually_async(PATIENCE, "the server knows nobody", nobody).await;
}

/// A start that was dropped has started nothing.
// spec: G-03
#[tokio::test]
async fn start_of_an_application_dropped_at_each_poll() {
    let server = Server::start().await.unwrap();
    let before = alive();
    let attempt = async |polls| {
        let progress = drop_after(polls, PATIENCE, app(&server).start()).await;
        if let Progress::Ended(Ok(running)) = &progress {
            drop(running.abort().await);
        }
        nothing_is_left(&server, before).await;
        progress
    };
    let (dropped, made) = drop_at_each_poll(attempt).await;
    assert!(dropped > 0 && made.unwrap().is_ok());
}

/// Its ends go on when they were dropped; its waits change nothing.
// spec: G-03
#[tokio::test]
async fn waits_and_ends_of_an_application_dropped_at_each_poll() {
    let server = Server::start().await.unwrap();
    let before = alive();
    for polls in 1..=4 {
        for how in 0..3 {
            let running = app(&server).start().await.unwrap();
            drop_after(polls, STUCK, running.ready(PATIENCE)).await;
            running.ready(PATIENCE).await.unwrap();
            drop_after(polls, STUCK / 4, running.wait()).await;
            match how {
                0 => drop(drop_after(polls, STUCK, running.drain()).await),
                1 => drop(drop_after(polls, STUCK, running.drain_within(PATIENCE)).await),
                _ => drop(drop_after(polls, STUCK, running.abort()).await),
            }
            drop(within(PATIENCE, running.wait()).await);
            drop(running);
            nothing_is_left(&server, before).await;
        }
    }
}

/// So it is with a supervisor.
// spec: G-03
#[tokio::test]
async fn a_supervisor_dropped_at_each_poll() {
    let before = alive();
    for polls in 1..=4 {
        for aborts in [false, true] {
            let root = Supervisor::start("root", Strategy::OneForOne, SupervisorOptions::new());
            let beat = ChildSpec::task("beat", |stop| async move {
                stop.stopped().await;
                Ok(())
            });
            let beat = root.add(beat).unwrap();
            drop_after(polls, STUCK, beat.wait_up(PATIENCE)).await;
            beat.wait_up(PATIENCE).await.unwrap();
            drop_after(polls, STUCK / 4, root.events().next()).await;
            drop_after(polls, STUCK / 4, root.ended()).await;
            if aborts {
                drop_after(polls, STUCK, root.abort()).await;
            } else {
                drop_after(polls, STUCK, root.drain(Duration::from_secs(5))).await;
            }
            within(PATIENCE, root.ended()).await;
            eventually(PATIENCE, "all tasks ended", || alive() <= before).await;
        }
    }
}
