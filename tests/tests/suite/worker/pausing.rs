//! Pauses: by a fatal error, by a key that cannot be handled, by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nats_actors::worker::{self, ConsumerState, KeyOrder, OnKeyFailure, OrderedBy};
use nats_actors::{HandlerError, consumer, handlers};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, Probe, Stage, up};

#[derive(Debug, HandlerError)]
enum SchemaError {
    #[fatal]
    Newer,
    #[retry]
    Busy,
}

impl std::fmt::Display for SchemaError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Newer => "the schema is newer than us",
            Self::Busy => "busy",
        })
    }
}

#[consumer(
    stream = "ORDERS", durable = "schema", provision = create,
    retry(max_attempts = 2, backoff = fixed("10ms"))
)]
struct Schema {
    probe: Probe,
    healthy: Arc<AtomicBool>,
    fatal: bool,
}

#[handlers]
impl Schema {
    #[on("orders.{key}.placed")]
    async fn placed(&self, key: u64, order: u64) -> Result<(), SchemaError> {
        self.probe.note(order);
        match (self.healthy.load(Ordering::SeqCst), self.fatal) {
            (true, _) => Ok(()),
            (false, true) => Err(SchemaError::Newer),
            (false, false) if key == 0 => Err(SchemaError::Busy),
            (false, false) => Ok(()),
        }
    }
}

struct Scene {
    stage: Stage,
    probe: Probe,
    healthy: Arc<AtomicBool>,
}

impl Scene {
    async fn set() -> Self {
        Self { stage: Stage::start().await, probe: Probe::default(), healthy: Arc::default() }
    }

    fn consumer(&self, fatal: bool) -> worker::ConsumerBuilder<Schema, worker::Shared> {
        let (probe, healthy) = (self.probe.clone(), Arc::clone(&self.healthy));
        worker::consumer(&self.stage.client, move || Schema {
            probe: probe.clone(),
            healthy: Arc::clone(&healthy),
            fatal,
        })
    }
}

fn failure(state: &ConsumerState) -> Option<String> {
    match state {
        ConsumerState::Paused { failure } => failure.as_deref().map(str::to_owned),
        _ => None,
    }
}

#[tokio::test]
async fn a_fatal_error_pauses_until_somebody_resumes() {
    let scene = Scene::set().await;
    let running = scene.consumer(true).start();
    scene.stage.place(1..4, 1).await;

    eventually(PATIENCE, "a pause", || failure(&running.state()).is_some()).await;
    assert_eq!(failure(&running.state()).unwrap(), "the schema is newer than us");
    eventually(PATIENCE, "nothing is held", || running.statistics().in_flight == 0).await;

    scene.healthy.store(true, Ordering::SeqCst);
    running.resume();
    scene.stage.settled("schema", 3).await;

    assert_eq!(running.state(), ConsumerState::Running);
    assert_eq!((running.statistics().acked, running.statistics().terminated), (3, 0));
}

#[tokio::test]
async fn a_key_that_cannot_be_handled_halts_the_consumer_if_it_shall() {
    let scene = Scene::set().await;
    let order = KeyOrder::new(OrderedBy::Param("key")).lanes(1).on_failure(OnKeyFailure::Halt);
    let running = scene.consumer(false).configure(|spec| spec.ordered(order)).start();
    scene.stage.place(0..3, 1).await;

    eventually(PATIENCE, "a pause", || failure(&running.state()).is_some()).await;
    assert_eq!(scene.probe.orders(), [0, 0], "nothing behind it was run");

    scene.healthy.store(true, Ordering::SeqCst);
    running.resume();
    scene.stage.settled("schema", 3).await;

    assert_eq!(running.statistics().acked, 3);
}

#[tokio::test]
async fn a_pause_by_hand_pulls_nothing_and_ends_in_time() {
    let scene = Scene::set().await;
    scene.healthy.store(true, Ordering::SeqCst);
    let running = scene.consumer(true).start();
    up(&running).await;

    running.pause_for(Duration::from_millis(500));
    assert_eq!(running.state(), ConsumerState::Paused { failure: None });
    scene.stage.place(1..2, 1).await;
    let placed = std::time::Instant::now();
    scene.stage.settled("schema", 1).await;

    assert!(placed.elapsed() > Duration::from_millis(200), "{:?}", placed.elapsed());
    assert_eq!(running.state(), ConsumerState::Running);
}
