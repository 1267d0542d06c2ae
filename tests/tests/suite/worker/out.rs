//! What a handler publishes together with its acknowledgement.

use nats_actors::jetstream::StreamConfig;
use nats_actors::worker::{self, Out};
use nats_actors::{Outcome, consumer, handlers};

use super::kit::{Probe, Stage};

#[consumer(
    stream = "ORDERS", durable = "biller", provision = create,
    retry(max_attempts = 3, backoff = fixed("20ms"))
)]
struct Biller {
    probe: Probe,
}

#[handlers]
impl Biller {
    #[on("orders.{key}.placed")]
    async fn placed(
        &self,
        key: u64,
        mut out: Out,
        order: u64,
    ) -> Result<Outcome, nats_actors::HandlerFault> {
        self.probe.note(order);
        out.publish(format!("bills.{key}"), &order)?;
        out.publish_bytes("bills.log", "one more");
        Ok(if self.probe.runs_of(order) == 1 { Outcome::Retry } else { Outcome::Ack })
    }
}

#[tokio::test]
async fn what_is_staged_is_stored_once_and_only_if_the_handler_ends_well() {
    let stage = Stage::start().await;
    stage.js.create_stream(StreamConfig::new("BILLS").subjects(["bills.>"])).await.unwrap();
    let probe = Probe::default();
    let handed = probe.clone();

    let running = worker::consumer(&stage.client, move || Biller { probe: handed.clone() }).start();
    stage.place(7..8, 5).await;
    stage.settled("biller", 1).await;

    let bills = stage.js.stream("BILLS").await.unwrap();
    assert_eq!(bills.info().await.unwrap().state.messages, 2);
    let bill = bills.message(1).await.unwrap();
    assert_eq!((&*bill.subject, &*bill.payload), ("bills.2", &b"7"[..]));
    assert_eq!(bill.headers().unwrap().get("Nats-Msg-Id"), Some("ORDERS:biller:1:0"));
    assert_eq!((probe.len(), running.statistics().acked), (2, 1));
}

/// Without a stream for what is staged, the order is not acknowledged.
#[tokio::test]
async fn what_cannot_be_stored_fails_the_attempt() {
    let stage = Stage::start().await;
    let probe = Probe::default();
    let handed = probe.clone();

    let running = worker::consumer(&stage.client, move || Biller { probe: handed.clone() })
        .configure(|spec| spec.dead_letter("dlq.biller"))
        .start();
    stage.place(7..8, 5).await;
    stage.settled("biller", 1).await;

    let reason =
        stage.dead_letter().await.headers().unwrap().get("Dead-Letter-Reason").unwrap().to_owned();
    assert!(reason.starts_with("cannot publish `bills.2`: "), "{reason}");
    assert_eq!((probe.len(), running.statistics().acked), (3, 0));
}
