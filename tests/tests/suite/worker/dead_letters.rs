//! Every message ends in exactly one place: acknowledged, or a dead letter.

use nats_actors::worker::{self, DeadLetter};
use nats_actors::{Outcome, consumer, handlers};
use nats_actors_tests::{RawClient, eventually};
use serde::Deserialize;
use tokio::sync::mpsc::UnboundedSender;

use super::kit::{PATIENCE, Probe, Stage};

#[derive(Deserialize)]
struct Order {
    number: u64,
}

#[consumer(
    stream = "ORDERS", durable = "typed", provision = create, dead_letter = "dlq.typed",
    retry(max_attempts = 2, backoff = fixed("50ms"))
)]
struct Typed {
    probe: Probe,
    buried: UnboundedSender<DeadLetter>,
}

#[handlers]
impl Typed {
    #[on("orders.{key}.placed")]
    async fn placed(&self, key: u64, order: Order) -> Outcome {
        self.probe.note(order.number);
        if key == 99 { Outcome::dead_letter("nobody has this key") } else { Outcome::Ack }
    }

    #[on_dead_letter]
    async fn gave_up(&self, dead: DeadLetter) {
        let _ = self.buried.send(dead);
    }
}

/// A running consumer, what it saw, and what it heard of dead letters.
fn start(stage: &Stage) -> (Probe, tokio::sync::mpsc::UnboundedReceiver<DeadLetter>) {
    let (buried, heard) = tokio::sync::mpsc::unbounded_channel();
    let probe = Probe::default();
    let handed = probe.clone();
    worker::consumer(&stage.client, move || Typed {
        probe: handed.clone(),
        buried: buried.clone(),
    })
    .start();
    (probe, heard)
}

async fn publish(stage: &Stage, subject: &'static str, payload: &'static str) {
    stage.js.publish(subject, payload).header("Trace", "t1").await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_is_a_dead_letter_and_the_next_is_handled() {
    let stage = Stage::start().await;
    let (probe, mut heard) = start(&stage);

    publish(&stage, "orders.1.placed", "{not json").await;
    publish(&stage, "orders.2.placed", r#"{"number":7}"#).await;
    stage.settled("typed", 2).await;

    let letter = stage.dead_letter().await;
    let headers = letter.headers().unwrap();
    assert_eq!(&*letter.payload, b"{not json");
    assert_eq!(headers.get("Trace"), Some("t1"));
    assert_eq!(headers.get("Nats-Msg-Id"), Some("dlq:ORDERS:1:typed"));
    assert!(headers.get("Dead-Letter-Reason").unwrap().starts_with("the payload cannot be read: "));
    assert_eq!(headers.get("Dead-Letter-Deliveries"), Some("1"));
    assert_eq!(probe.orders(), [7]);
    let told = heard.recv().await.unwrap();
    assert_eq!((told.info.stream_sequence, told.consumer), (1, "typed"));
}

#[tokio::test]
async fn a_token_that_is_no_value_and_a_handler_that_says_so_are_dead_letters() {
    let stage = Stage::start().await;
    let (probe, mut heard) = start(&stage);

    publish(&stage, "orders.x.placed", r#"{"number":1}"#).await;
    publish(&stage, "orders.99.placed", r#"{"number":2}"#).await;
    stage.settled("typed", 2).await;

    assert_eq!(stage.dead_letter_count().await, 2);
    let reasons = [heard.recv().await.unwrap().reason, heard.recv().await.unwrap().reason];
    assert!(reasons.iter().any(|r| r == "nobody has this key"), "{reasons:?}");
    let token = "token `key` of `orders.x.placed`: invalid digit found in string";
    assert!(reasons.iter().any(|r| r == token), "{reasons:?}");
    assert_eq!(probe.orders(), [2]);
}

/// e6 with a stream: anybody can store malformed headers.
#[tokio::test]
async fn malformed_headers_are_a_dead_letter_and_the_next_is_handled() {
    let stage = Stage::start().await;
    let (probe, _heard) = start(&stage);
    let mut raw = RawClient::log_in_with(stage.server.addr(), r#""headers":true"#).await.unwrap();

    let lines: [&[u8]; 3] = [b"K: \xff\xfe", b"a b: c", b"no colon"];
    for line in lines {
        let header = [b"NATS/1.0\r\n", line, b"\r\n\r\n"].concat();
        let payload = br#"{"number":1}"#;
        let head =
            format!("HPUB orders.1.placed {} {}\r\n", header.len(), header.len() + payload.len());
        raw.send_bytes(&[head.as_bytes(), &header, payload, b"\r\n"].concat()).await.unwrap();
    }
    raw.send("PING\r\n").await.unwrap();
    raw.line_with("PONG").await.unwrap();
    let mut events = stage.client.events();
    publish(&stage, "orders.1.placed", r#"{"number":7}"#).await;
    stage.settled("typed", 4).await;

    assert_eq!(stage.dead_letter_count().await, 3);
    let letter = stage.js.stream("DLQ").await.unwrap().message(3).await.unwrap();
    let headers = letter.headers().unwrap();
    assert!(headers.get("Dead-Letter-Malformed-Headers").is_some());
    assert!(headers.get("Dead-Letter-Reason").unwrap().starts_with("its headers are malformed"));
    assert_eq!(&*letter.payload, br#"{"number":1}"#);
    assert_eq!(probe.orders(), [7]);
    assert_eq!(events.try_next(), None, "the connection stays");
}

#[tokio::test]
async fn a_dead_letter_that_cannot_be_stored_is_never_given_up() {
    let stage = Stage::without_dead_letters().await;
    let (buried, _heard) = tokio::sync::mpsc::unbounded_channel();
    let running = worker::consumer(&stage.client, move || Typed {
        probe: Probe::default(),
        buried: buried.clone(),
    })
    .start();

    publish(&stage, "orders.1.placed", "{not json").await;
    eventually(PATIENCE, "two failures to store", || running.statistics().dead_letters_failed >= 2)
        .await;

    let info = stage.consumer_info("typed").await;
    assert_eq!((info.num_ack_pending, running.statistics().dead_lettered), (1, 0));

    stage.add_dead_letters().await;
    stage.settled("typed", 1).await;

    let letter = stage.dead_letter().await;
    assert_eq!(&*letter.payload, b"{not json");
    assert_eq!(running.statistics().dead_lettered, 1);
}

#[consumer(stream = "ORDERS", durable = "audit", provision = create, dead_letter = "dlq.audit")]
struct Audit;

#[handlers]
impl Audit {
    #[on("orders.>")]
    async fn any(&self) -> Outcome {
        Outcome::dead_letter("everything is suspicious")
    }
}

#[tokio::test]
async fn two_consumers_of_one_stream_bury_the_same_message_each() {
    let stage = Stage::start().await;
    let (_probe, _heard) = start(&stage);
    worker::consumer(&stage.client, || Audit).start();

    publish(&stage, "orders.1.placed", "{not json").await;
    stage.settled("typed", 1).await;
    stage.settled("audit", 1).await;

    assert_eq!(stage.dead_letter_count().await, 2);
}
