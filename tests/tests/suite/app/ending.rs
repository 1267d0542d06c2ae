//! Applications that end although nobody asked.

use std::time::Duration;

use nats_actors::app::{Exit, Phase, Supervise, TaskContext};
use nats_actors::supervisor::{Backoff, Exhausted};
use nats_actors::testing::Server;
use nats_actors::{App, ConnectOptions, ReconnectPolicy};
use nats_actors_tests::eventually;

use super::kit::{Greeter, PATIENCE, Pace, app, started};

async fn doomed(_: TaskContext) -> Result<(), &'static str> {
    Err("doomed")
}

fn impatient() -> Supervise {
    let brief = Duration::from_millis(1);
    Supervise::one_for_one().restarts(2, PATIENCE).backoff(Backoff::new(brief, brief))
}

#[tokio::test]
async fn when_restarting_does_not_help_the_application_ends_with_the_reason() {
    let server = Server::start().await.unwrap();
    let shop = app(&server).supervise(impatient()).provide(Pace(Duration::ZERO));
    let running = shop.service(Greeter::new).task("doomed", doomed).start().await.unwrap();

    let report = tokio::time::timeout(PATIENCE, running.wait()).await.unwrap();

    assert_eq!((report.exit(), report.exit().code()), (Exit::Escalated, 3));
    let reason = report.reason().unwrap();
    assert!(reason.contains("task doomed") && reason.contains(": doomed"), "{reason}");
    assert_eq!(running.status().phase, Phase::Ended);
}

#[tokio::test]
async fn a_group_that_parks_takes_nobody_along() {
    let server = Server::start().await.unwrap();
    let supervise = impatient().on_exhausted(Exhausted::Park);
    let shop = app(&server).provide(Pace(Duration::ZERO)).service(Greeter::new);
    let shop = shop.group("cellar", |group| group.supervise(supervise).task("doomed", doomed));
    let running = shop.start().await.unwrap();

    let parked = || running.status().to_string().contains("task doomed: parked");
    eventually(PATIENCE, "the task is parked", parked).await;

    assert!(running.ready(PATIENCE).await.is_ok());
    assert_eq!(running.drain().await.exit(), Exit::Drained);
}

#[tokio::test]
async fn a_connection_that_gives_up_ends_the_application() {
    let server = Server::start().await.unwrap();
    let never = ConnectOptions::new().reconnect(ReconnectPolicy::never());
    let app = App::new("shop", "1.2.0").connect(never.connect(server.url()));
    let running = started(app).await;

    server.kill().unwrap();

    let report = tokio::time::timeout(PATIENCE, running.wait()).await.unwrap();
    assert_eq!(report.exit(), Exit::Escalated);
    let reason = report.reason().unwrap();
    assert!(reason.contains("connection"), "{reason}");
}
