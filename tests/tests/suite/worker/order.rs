//! Order by key, under failures.

use std::collections::HashMap;

use nats_actors::jetstream::DeliveryInfo;
use nats_actors::worker::{self, KeyOrder, OrderedBy};
use nats_actors::{Outcome, consumer, handlers};

use super::kit::{Probe, Stage};

#[consumer(
    stream = "ORDERS", durable = "ledger", provision = create, dead_letter = "dlq.ledger",
    ordered_by = "{key}", lanes = 4, on_key_failure = hold, max_in_flight = 64,
    retry(max_attempts = 5, backoff = fixed("10ms"))
)]
struct Ledger {
    tried: Probe,
    booked: Probe,
}

#[handlers]
impl Ledger {
    #[on("orders.{key}.placed")]
    async fn placed(&self, key: u64, order: u64, info: DeliveryInfo) -> Outcome {
        assert_eq!((key, info.stream_sequence), (order % 7, order + 1));
        self.tried.note(order);
        tokio::task::yield_now().await;
        if order.is_multiple_of(5) && self.tried.runs_of(order) < 3 {
            return Outcome::Retry;
        }
        self.booked.note(order);
        Outcome::Ack
    }
}

// spec: GAP-02
#[tokio::test]
async fn messages_of_a_key_are_handled_in_order_although_some_fail_at_first() {
    let stage = Stage::start().await;
    let (tried, booked) = (Probe::default(), Probe::default());
    stage.place(0..200, 7).await;

    let handed = (tried.clone(), booked.clone());
    let running = worker::consumer(&stage.client, move || Ledger {
        tried: handed.0.clone(),
        booked: handed.1.clone(),
    })
    .start();
    stage.settled("ledger", 200).await;

    let mut keys: HashMap<u64, Vec<u64>> = HashMap::new();
    for order in booked.orders() {
        keys.entry(order % 7).or_default().push(order);
    }
    assert_eq!(booked.len(), 200, "each is booked once");
    assert!(keys.values().all(|orders| orders.is_sorted()), "{keys:?}");
    assert_eq!(running.statistics().retried, 40 * 2);
    assert_eq!(
        stage.consumer_info("ledger").await.delivered.consumer,
        200,
        "retried in place, not redelivered"
    );
}

#[tokio::test]
async fn keys_may_come_from_a_function() {
    let stage = Stage::start().await;
    let (tried, booked) = (Probe::default(), Probe::default());
    stage.place(0..40, 7).await;

    let handed = (tried.clone(), booked.clone());
    worker::consumer(&stage.client, move || Ledger {
        tried: handed.0.clone(),
        booked: handed.1.clone(),
    })
    .configure(|spec| spec.ordered(KeyOrder::new(OrderedBy::Function(|_| Some(1)))))
    .start();
    stage.settled("ledger", 40).await;

    assert_eq!(booked.orders(), (0..40).collect::<Vec<_>>(), "one key, one order");
}
