//! Restarts: of tasks that fail, and of nothing when the connection does.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nats_actors::app::{Exit, Health, Running, Supervise, TaskContext};
use nats_actors::supervisor::{Backoff, ChildStatus};
use nats_actors::testing::Server;
use nats_actors::{App, Client};
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{Greeter, PATIENCE, Pace, app, started};

type Lives = Arc<Mutex<Vec<Instant>>>;

/// Panics in its first two lives, and fails in the third.
async fn clumsy(context: TaskContext, lives: Lives) -> Result<(), &'static str> {
    lives.lock().unwrap().push(Instant::now());
    match context.epoch() {
        1 | 2 => panic!("life {} was short", context.epoch()),
        3 => return Err("no luck"),
        _ => context.shutdown().await,
    }
    Ok(())
}

fn patient() -> Supervise {
    Supervise::one_for_one().backoff(Backoff::new(Duration::from_millis(40), PATIENCE).jitter(0))
}

fn child(running: &Running, name: &str) -> ChildStatus {
    running.status().children().iter().find(|child| &*child.name == name).unwrap().clone()
}

#[tokio::test]
async fn a_task_that_panics_or_fails_gets_another_life_after_a_growing_wait() {
    let server = Server::start().await.unwrap();
    let lives = Lives::default();
    let shop: App = app(&server).supervise(patient()).provide(Arc::clone(&lives));
    let running = shop.task("clumsy", clumsy).start().await.unwrap();

    eventually(PATIENCE, "the fourth life is up", || {
        running.status().health() == Health::Ready && lives.lock().unwrap().len() == 4
    })
    .await;

    let status = child(&running, "task clumsy");
    assert_eq!((status.restarts, status.last_error.as_deref()), (3, Some("no luck")));
    let begun = lives.lock().unwrap().clone();
    for (pair, wait) in begun.windows(2).zip([40, 80, 160]) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(wait), "{:?}", pair[1] - pair[0]);
    }
    assert_eq!(running.drain().await.exit(), Exit::Drained);
}

#[tokio::test]
async fn a_task_that_ends_well_is_finished_and_hides_no_other() {
    let server = Server::start().await.unwrap();
    let lives = Lives::default();
    let shop =
        app(&server).provide(Arc::clone(&lives)).task("once", |_: TaskContext, lives: Lives| {
            lives.lock().unwrap().push(Instant::now());
            async {}
        });
    let running = started(shop.task("long", |context: TaskContext| async move {
        context.shutdown().await;
    }))
    .await;

    eventually(PATIENCE, "it has finished", || {
        child(&running, "task once").state == nats_actors::supervisor::SlotState::Stopped
    })
    .await;

    assert_eq!(running.status().health(), Health::Ready);
    assert_eq!(lives.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_comes_back_restarts_nothing() {
    let server = Server::start().await.unwrap();
    let running = started(app(&server).provide(Pace(Duration::ZERO)).service(Greeter::new)).await;
    server.kill().unwrap();
    eventually(PATIENCE, "it notices", || running.status().health() == Health::NotReady).await;

    server.restart().await.unwrap();

    assert!(running.ready(PATIENCE).await.is_ok());
    let client = Client::connect(server.url()).await.unwrap();
    eventually_async(PATIENCE, "it serves again", async || {
        client.request("greeter.joe.greet", "").await.is_ok()
    })
    .await;
    let status = child(&running, "service greeter");
    assert_eq!((status.restarts, status.last_error), (0, None), "{}", running.status());
}
