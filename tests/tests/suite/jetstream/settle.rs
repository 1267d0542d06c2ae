//! What a delivery becomes.

use std::time::{Duration, Instant, SystemTime};

use nats_actors::jetstream::{AckPolicy, Consumer, ErrorKind, Messages, StreamConfig};
use nats_actors::testing::ServerConfig;
use nats_actors_tests::eventually_async;

use super::kit::{PATIENCE, World, consumer_config, next, within};

async fn one(world: &World) -> (Consumer, Messages) {
    let consumer = world.consumer().await;
    world.store(1).await;
    let messages = consumer.messages().await.unwrap();
    (consumer, messages)
}

async fn ack_pending(consumer: &Consumer) -> u64 {
    consumer.info().await.unwrap().num_ack_pending
}

// spec: ACK-13, A15-01
#[tokio::test]
async fn a_delivery_says_where_it_comes_from() {
    let world = World::new().await;
    // A consumer that is there already counts what is stored a little later.
    world.store(3).await;
    let consumer = world.consumer().await;
    let mut messages = consumer.messages().await.unwrap();
    let delivery = next(&mut messages).await;
    let info = delivery.info();

    assert_eq!((info.stream_sequence, info.consumer_sequence), (1, 1));
    assert_eq!((info.num_delivered, info.pending), (1, 2));
    let age = SystemTime::now().duration_since(info.timestamp).unwrap();
    assert!(age < Duration::from_secs(60), "{age:?}");
    assert_eq!((delivery.stream(), delivery.consumer(), delivery.domain()), ("S", "c", None));
    assert_eq!((delivery.subject(), delivery.payload()), ("s.n", &b"0"[..]));
    assert!(delivery.headers().unwrap().is_empty());
    delivery.forget();
}

/// The second layout of ack subjects, which a server writes when it is told to.
// spec: A15-01, A53-01, ACK-14, A19-02
#[tokio::test]
async fn the_second_layout_of_ack_subjects_works_as_the_first() {
    let flags = "feature_flags { js_ack_fc_v2: true }";
    let server = ServerConfig::new().jetstream().extra(flags).start().await.unwrap();
    let world = World::on(server).await;
    let (consumer, mut messages) = one(&world).await;
    let delivery = next(&mut messages).await;
    let tokens = delivery.message().reply().unwrap().split('.').count();
    assert!(tokens >= 11, "{delivery:?}");
    assert_eq!((delivery.stream(), delivery.consumer(), delivery.domain()), ("S", "c", None));
    assert_eq!((delivery.info().stream_sequence, delivery.info().num_delivered), (1, 1));

    delivery.nak().await.unwrap();
    let again = next(&mut messages).await;
    assert_eq!(again.info().num_delivered, 2);
    again.double_ack().await.unwrap();
    assert_eq!(consumer.info().await.unwrap().ack_floor.stream, 1);
}

// spec: A15-04, ACK-02
#[tokio::test]
async fn a_double_ack_returns_when_the_server_has_it() {
    let world = World::new().await;
    let (consumer, mut messages) = one(&world).await;
    next(&mut messages).await.double_ack().await.unwrap();

    let info = consumer.info().await.unwrap();
    assert_eq!((info.ack_floor.stream, info.num_ack_pending), (1, 0));
}

// spec: A15-04, A15-05
#[tokio::test]
async fn a_double_ack_that_fails_gives_the_delivery_back() {
    let world = World::new().await;
    let (consumer, mut messages) = one(&world).await;
    let delivery = next(&mut messages).await;
    world.server.pause().unwrap();
    let error = delivery.double_ack().timeout(Duration::from_millis(200)).await.unwrap_err();
    world.server.resume().unwrap();

    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.maybe_executed());
    let delivery = error.into_delivery().expect("the delivery is in the error");
    delivery.double_ack().await.unwrap();
    assert_eq!(consumer.info().await.unwrap().ack_floor.stream, 1);
}

// spec: A15-02, ACK-03
#[tokio::test]
async fn a_nak_brings_it_back_at_once() {
    let world = World::new().await;
    let (_consumer, mut messages) = one(&world).await;
    next(&mut messages).await.nak().await.unwrap();

    let again = next(&mut messages).await;
    assert_eq!((again.info().num_delivered, again.info().stream_sequence), (2, 1));
    again.ack().await.unwrap();
}

// spec: A15-03, ACK-04
#[tokio::test]
async fn a_nak_with_a_delay_brings_it_back_after_that() {
    let world = World::new().await;
    let (_consumer, mut messages) = one(&world).await;
    let delay = Duration::from_millis(700);
    let begin = Instant::now();
    next(&mut messages).await.nak().delay(delay).await.unwrap();

    let again = next(&mut messages).await;
    let waited = begin.elapsed();
    assert!(waited >= delay.mul_f64(0.9) && waited < delay * 4, "{waited:?}");
    again.ack().await.unwrap();
}

// spec: ACK-06, ACK-07, A15-03
#[tokio::test]
async fn a_term_ends_it_and_the_advisory_has_the_reason() {
    let world = World::new().await;
    let (consumer, mut messages) = one(&world).await;
    let subject = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.S.c";
    let mut advisories = world.js.client().subscribe(subject).await.unwrap();
    next(&mut messages).await.term().reason("poison").await.unwrap();

    let advisory = within(PATIENCE, advisories.next()).await.unwrap();
    let advisory: serde_json::Value = serde_json::from_slice(advisory.payload()).unwrap();
    assert_eq!(advisory["reason"], "poison");
    assert_eq!(ack_pending(&consumer).await, 0);
}

// spec: ACK-05, A15-05
#[tokio::test]
async fn in_progress_keeps_it_and_settles_nothing() {
    let world = World::new().await;
    let wait = Duration::from_millis(500);
    let config = consumer_config().ack_wait(wait);
    let consumer = world.stream.create_consumer(config).await.unwrap();
    world.store(1).await;
    let mut messages = consumer.messages().await.unwrap();
    let delivery = next(&mut messages).await;
    let renewal = delivery.renewal();
    let begin = delivery.lease_started();

    let mut ticks = tokio::time::interval(wait / 4);
    while begin.elapsed() < wait * 4 {
        ticks.tick().await;
        delivery.in_progress().unwrap();
        renewal.in_progress().unwrap();
    }
    assert!(delivery.lease_started() > begin + wait * 3);
    assert!(!delivery.is_expired(wait));
    delivery.double_ack().await.unwrap();
    let info = consumer.info().await.unwrap();
    assert_eq!((info.delivered.consumer, info.num_redelivered), (1, 0));
}

#[tokio::test]
async fn a_dropped_delivery_comes_back_and_a_forgotten_one_does_not() {
    let world = World::new().await;
    let (consumer, mut messages) = one(&world).await;
    drop(next(&mut messages).await);

    let again = next(&mut messages).await;
    assert_eq!(again.info().num_delivered, 2);
    again.forget();
    world.js.client().flush().await.unwrap();
    assert_eq!(ack_pending(&consumer).await, 1);
    assert_eq!(messages.control().status().in_flight, 0);
}

#[tokio::test]
async fn a_settlement_that_is_not_awaited_gives_it_back() {
    let world = World::new().await;
    let (_consumer, mut messages) = one(&world).await;
    drop(next(&mut messages).await.ack());

    let again = next(&mut messages).await;
    assert_eq!(again.info().num_delivered, 2);
    again.ack().try_send().unwrap();
}

// spec: A15-06, ACK-12
#[tokio::test]
async fn a_consumer_without_acks_is_told_nothing() {
    let world = World::new().await;
    let config = consumer_config().ack_policy(AckPolicy::None).max_ack_pending(0);
    let consumer = world.stream.create_consumer(config).await.unwrap();
    world.store(4).await;
    let mut messages = consumer.messages().await.unwrap();
    let mut spy = world.js.client().subscribe("$JS.ACK.>").await.unwrap();

    next(&mut messages).await.ack().await.unwrap();
    next(&mut messages).await.double_ack().await.unwrap();
    next(&mut messages).await.nak().await.unwrap();
    let last = next(&mut messages).await;
    last.in_progress().unwrap();
    drop(last);
    world.js.client().publish("$JS.ACK.end", "").await.unwrap();
    assert_eq!(within(PATIENCE, spy.next()).await.unwrap().subject(), "$JS.ACK.end");
}

// spec: A15-07, CNS-20
#[tokio::test]
async fn headers_alone_come_with_the_size() {
    let world = World::new().await;
    let config = consumer_config().headers_only(true);
    let consumer = world.stream.create_consumer(config).await.unwrap();
    world.js.publish("s.a", "12345").header("A", "b").await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let delivery = next(&mut messages).await;

    let headers = delivery.headers().unwrap();
    assert_eq!((headers.get("A"), headers.get("Nats-Msg-Size")), (Some("b"), Some("5")));
    assert!(delivery.payload().is_empty());
    delivery.ack().await.unwrap();
}

/// A settlement made before the end of the process is with the server when `stop` returns.
#[tokio::test]
async fn acks_before_and_after_a_stop_are_flushed() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(100).await;
    let mut messages = consumer.messages().await.unwrap();
    let last = loop {
        let delivery = next(&mut messages).await;
        if delivery.info().stream_sequence == 100 {
            break delivery;
        }
        delivery.ack().await.unwrap();
    };
    messages.control().stop().await;
    let info = consumer.info().await.unwrap();
    assert_eq!((info.ack_floor.stream, info.num_ack_pending), (99, 1));

    last.ack().await.unwrap();
    world.js.client().flush().await.unwrap();
    eventually_async(PATIENCE, "the last one is settled", async || {
        ack_pending(&consumer).await == 0
    })
    .await;
}

/// A dead letter: stored with its origin, confirmed, and only then taken out of the work queue.
#[tokio::test]
async fn a_dead_letter_can_be_stored_looked_at_and_taken_out() {
    let world = World::new().await;
    world.js.create_stream(StreamConfig::new("DLQ").subjects(["dlq.>"])).await.unwrap();
    let (consumer, mut messages) = one(&world).await;
    let delivery = next(&mut messages).await;
    let id = format!("dlq:S:{}", delivery.info().stream_sequence);
    for duplicate in [false, true] {
        let letter = world.js.publish("dlq.s.n", delivery.payload()).message_id(&id);
        let ack = letter.header("Origin", delivery.subject()).await.unwrap();
        assert_eq!(ack.duplicate, duplicate);
    }
    delivery.term().reason("gave up").await.unwrap();

    let letter = world.js.stream("DLQ").await.unwrap().last_message("dlq.>").await.unwrap();
    assert_eq!(&letter.payload[..], b"0");
    assert_eq!(letter.headers().unwrap().get("Origin"), Some("s.n"));
    eventually_async(PATIENCE, "it is out", async || ack_pending(&consumer).await == 0).await;
}
