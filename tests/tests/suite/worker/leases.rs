//! Leases are kept while messages are held.

use std::time::Duration;

use nats_actors::worker::{self, Lease};
use nats_actors::{Outcome, consumer, handlers};
use nats_actors_tests::eventually;

use super::kit::{PATIENCE, Probe, Stage};

#[consumer(stream = "ORDERS", durable = "patient", provision = create, ack_wait = "1s", max_in_flight = 8)]
struct Patient {
    probe: Probe,
    work: Duration,
    handled: u64,
}

#[handlers]
impl Patient {
    #[on("orders.>")]
    async fn any(&mut self, order: u64, lease: Lease) -> Outcome {
        self.handled += 1;
        self.probe.note(order);
        // Time has to pass: the work outlasts the ack wait, or nearly.
        tokio::time::sleep(self.work).await;
        if lease.is_lost() { Outcome::Retry } else { Outcome::DoubleAck }
    }
}

fn patient(stage: &Stage, work: Duration) -> (Probe, worker::RunningConsumer) {
    let probe = Probe::default();
    let handed = probe.clone();
    let make = move || Patient { probe: handed.clone(), work, handled: 0 };
    (probe, worker::consumer(&stage.client, make).start())
}

// spec: GAP-03
#[tokio::test]
async fn a_handler_longer_than_the_ack_wait_runs_once() {
    let stage = Stage::start().await;
    let (probe, running) = patient(&stage, Duration::from_secs(3));

    stage.place(1..2, 1).await;
    stage.settled("patient", 1).await;

    assert_eq!(probe.orders(), [1]);
    let info = stage.consumer_info("patient").await;
    assert_eq!((info.delivered.consumer, info.num_redelivered), (1, 0));
    assert!(running.statistics().leases_renewed >= 3);
}

/// What waits behind a slow handler is kept as well: with one at a time, four of 0.6 s outlast an ack wait of 1 s.
#[tokio::test]
async fn what_waits_for_its_turn_is_not_delivered_again() {
    let stage = Stage::start().await;
    let (probe, running) = patient(&stage, Duration::from_millis(600));

    stage.place(1..5, 1).await;
    stage.settled("patient", 4).await;

    assert_eq!(probe.orders(), [1, 2, 3, 4]);
    assert_eq!(stage.consumer_info("patient").await.delivered.consumer, 4);
    assert_eq!(running.statistics().stale_skipped, 0);
}

/// While the server is away nobody can renew: the handler hears of it, and its outcome is not sent.
#[tokio::test]
async fn a_lease_that_cannot_be_renewed_is_lost_and_the_message_comes_again() {
    let stage = Stage::start().await;
    let (probe, running) = patient(&stage, Duration::from_millis(1500));
    stage.place(1..2, 1).await;
    eventually(PATIENCE, "the handler runs", || probe.len() == 1).await;

    stage.server.kill().unwrap();
    eventually(PATIENCE, "the lease is lost", || running.statistics().leases_lost == 1).await;
    stage.server.restart().await.unwrap();
    stage.settled("patient", 1).await;

    assert_eq!(probe.orders(), [1, 1]);
    assert_eq!(running.statistics().stale_skipped, 1);
}

/// With a credit of one, nothing is hoarded: replicas share slow work, and nothing is done twice.
#[tokio::test]
async fn replicas_share_slow_work_and_do_nothing_twice() {
    let stage = Stage::start().await;
    stage.place(1..9, 1).await;
    let start = || {
        let probe = Probe::default();
        let handed = probe.clone();
        let make =
            move || Patient { probe: handed.clone(), work: Duration::from_millis(400), handled: 0 };
        let running =
            worker::consumer(&stage.client, make).configure(|spec| spec.max_in_flight(1)).start();
        (probe, running)
    };

    let (one, two) = (start(), start());
    stage.settled("patient", 8).await;

    let mut orders = [one.0.orders(), two.0.orders()].concat();
    orders.sort_unstable();
    assert_eq!(orders, (1..9).collect::<Vec<_>>());
    assert!(one.0.len() >= 2 && two.0.len() >= 2, "{} and {}", one.0.len(), two.0.len());
}
