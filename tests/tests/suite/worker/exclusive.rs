//! `&mut self`: the struct is state, and one message at a time changes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nats_actors::worker;
use nats_actors::{consumer, handlers};

use super::kit::{Probe, Stage};

#[consumer(
    stream = "ORDERS", durable = "counter", provision = create, dead_letter = "dlq.counter",
    retry(max_attempts = 2, backoff = fixed("1s"))
)]
struct Counter {
    count: u64,
    running: Arc<AtomicUsize>,
    probe: Probe,
}

#[handlers]
impl Counter {
    #[on("orders.{key}.placed")]
    async fn placed(&mut self, key: u64, order: u64) {
        assert_eq!(self.running.fetch_add(1, Ordering::SeqCst), 0, "alone");
        tokio::task::yield_now().await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        self.count += 1;
        assert!(key != 3 || order != 13, "unlucky");
        self.probe.note(self.count);
    }
}

#[tokio::test]
async fn one_at_a_time_in_order_and_made_anew_after_a_panic() {
    let stage = Stage::start().await;
    let probe = Probe::default();
    let made = Arc::new(AtomicUsize::new(0));
    stage.place(1..21, 5).await;

    let (handed, makes) = (probe.clone(), Arc::clone(&made));
    let running = worker::consumer(&stage.client, move || {
        makes.fetch_add(1, Ordering::SeqCst);
        Counter { count: 0, running: Arc::default(), probe: handed.clone() }
    })
    .start();
    stage.settled("counter", 20).await;

    // Twelve, then the one that panics, then seven with a new struct.
    let counts: Vec<u64> = (1..=12).chain(1..=7).collect();
    assert_eq!(probe.orders(), counts);
    assert_eq!(running.statistics().panicked, 2);
    // At the start, for the next message after the first panic, and to hear of the dead letter.
    assert_eq!(made.load(Ordering::SeqCst), 3);
}
