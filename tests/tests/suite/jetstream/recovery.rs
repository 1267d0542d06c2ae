//! What a running consumer recovers from, and what ends it.

use std::time::{Duration, Instant};

use nats_actors::Client;
use nats_actors::jetstream::{
    ErrorKind, MessagesControl, MessagesEvent, MessagesEvents, MessagesState, OnConsumerLoss,
    OnStreamLoss, RecoveryReason,
};
use nats_actors::testing::Proxy;
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{
    PATIENCE, World, consumer_config, end, next, number, stream_config, take_all, within,
};

async fn until_recovering(events: &mut MessagesEvents, wanted: RecoveryReason) {
    within(PATIENCE, async {
        loop {
            match events.next().await {
                Some(MessagesEvent::Recovering { reason, .. }) if reason == wanted => return,
                Some(_) => {}
                None => panic!("it ended"),
            }
        }
    })
    .await;
}

async fn until_recovered(events: &mut MessagesEvents) {
    within(PATIENCE, async {
        loop {
            match events.next().await {
                Some(MessagesEvent::Recovered { .. }) => return,
                Some(_) => {}
                None => panic!("it ended"),
            }
        }
    })
    .await;
}

async fn pulling(control: &MessagesControl) {
    eventually(PATIENCE, "it is proven alive", || control.status().last_heartbeat.is_some()).await;
    within(PATIENCE, control.wait_for(|state| state == MessagesState::Pulling)).await;
}

/// e11: killed and started again, under load: it resumes within two seconds and nothing is lost.
// spec: A37-16, CNS-56
#[tokio::test]
async fn a_killed_server_costs_nothing_but_its_absence() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(2000).await;
    let mut messages = consumer.messages().max_in_flight(100).await.unwrap();
    let mut events = messages.control().events();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        let delivery = next(&mut messages).await;
        seen.insert(number(&delivery));
        delivery.ack().await.unwrap();
    }
    world.server.kill().unwrap();
    until_recovering(&mut events, RecoveryReason::Disconnected).await;
    world.server.restart().await.unwrap();
    let healthy = Instant::now();
    let control = messages.control();
    let last = control.status().last_delivery;
    let mut resumed = None;
    while seen.len() < 2000 {
        let delivery = next(&mut messages).await;
        if control.status().last_delivery != last {
            resumed.get_or_insert_with(|| healthy.elapsed());
        }
        seen.insert(number(&delivery));
        delivery.ack().await.unwrap();
    }

    let resumed = resumed.expect("something came after the restart");
    assert!(resumed < Duration::from_secs(2), "{resumed:?}");
    assert_eq!(control.status().recoveries, 1);
}

/// e11, idle: a message stored after the restart comes within two seconds of it.
// spec: A37-16
#[tokio::test]
async fn an_idle_consumer_survives_a_restart() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut messages = consumer.messages().await.unwrap();
    pulling(&messages.control()).await;
    world.server.kill().unwrap();
    world.server.restart().await.unwrap();
    let healthy = Instant::now();
    let publish = world.js.publish("s.n", "7").message_id("7").timeout(PATIENCE);
    publish.retries(1000, Duration::from_millis(10)).await.unwrap();

    let delivery = next(&mut messages).await;
    let waited = healthy.elapsed();
    assert_eq!(number(&delivery), 7);
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    delivery.ack().await.unwrap();
}

/// A server that is frozen and thaws: noticed by the missing heartbeats, and nothing comes twice.
// spec: A37-15, CNS-54, ERR-36
#[tokio::test]
async fn a_frozen_server_is_noticed_by_its_silence() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let start = consumer.messages().heartbeat(Duration::from_millis(300)).max_in_flight(50);
    let mut messages = start.await.unwrap();
    let control = messages.control();
    let mut events = control.events();
    pulling(&control).await;
    world.server.pause().unwrap();
    let frozen = Instant::now();
    until_recovering(&mut events, RecoveryReason::HeartbeatsMissed).await;
    let noticed = frozen.elapsed();
    assert!(noticed < Duration::from_secs(3), "{noticed:?}");
    world.server.resume().unwrap();
    until_recovered(&mut events).await;

    world.store_fast(500).await;
    assert_eq!(take_all(&mut messages, 500).await, 0);
}

/// A message that is worked on for long is no reason to doubt the server.
// spec: A37-15
#[tokio::test]
async fn a_slow_reader_is_not_a_silent_server() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store(20).await;
    let start = consumer.messages().heartbeat(Duration::from_millis(200)).max_in_flight(10);
    let mut messages = start.await.unwrap();
    let control = messages.control();
    let held = next(&mut messages).await;
    within(PATIENCE, control.wait_for(|state| state == MessagesState::Saturated)).await;
    let begin = held.lease_started();
    eventually(PATIENCE, "several heartbeats' time passes", || {
        begin.elapsed() > Duration::from_secs(2)
    })
    .await;

    assert_eq!(control.status().recoveries, 0);
    assert_eq!(control.status().state, MessagesState::Saturated);
    held.ack().await.unwrap();
    for _ in 1..20 {
        next(&mut messages).await.ack().await.unwrap();
    }
}

// spec: ERR-40
#[tokio::test]
async fn a_deleted_consumer_is_created_again() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut messages = consumer.messages().await.unwrap();
    let mut events = messages.control().events();
    pulling(&messages.control()).await;
    let gone = Instant::now();
    world.stream.delete_consumer("c").await.unwrap();
    until_recovering(&mut events, RecoveryReason::ConsumerMissing).await;
    world.store(1).await;

    let delivery = next(&mut messages).await;
    assert!(gone.elapsed() < Duration::from_secs(2), "{:?}", gone.elapsed());
    delivery.double_ack().await.unwrap();
    let config = consumer.info().await.unwrap().config;
    assert_eq!(config.ack_wait, consumer_config().ack_wait);
}

/// Regression: the server removes a consumer that nobody pulled from for its threshold.
// spec: CNS-23
#[tokio::test]
async fn a_consumer_that_expired_while_nobody_could_reach_it_is_created_again() {
    let world = World::new().await;
    let config = consumer_config().inactive_threshold(Duration::from_millis(500));
    world.stream.create_consumer(config).await.unwrap();
    let proxy = Proxy::start(world.server.addr()).await.unwrap();
    let cut_off = Client::connect(proxy.url()).await.unwrap().jetstream();
    let consumer = cut_off.stream("S").await.unwrap().consumer("c").await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    pulling(&messages.control()).await;
    proxy.refuse(true);
    proxy.cut();
    eventually_async(PATIENCE, "it is removed", async || world.stream.consumer("c").await.is_err())
        .await;
    world.store(1).await;
    proxy.refuse(false);

    next(&mut messages).await.ack().await.unwrap();
}

// spec: ERR-40
#[tokio::test]
async fn a_deleted_consumer_ends_it_by_policy() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let start = consumer.messages().on_consumer_loss(OnConsumerLoss::Stop);
    let mut messages = start.await.unwrap();
    pulling(&messages.control()).await;
    world.stream.delete_consumer("c").await.unwrap();

    let error = end(&mut messages).await.unwrap();
    assert_eq!(error.kind(), ErrorKind::ConsumerDeleted);
    assert!(end(&mut messages).await.is_none());
    let control = messages.control();
    within(PATIENCE, control.wait_for(|state| state == MessagesState::Ended)).await;
}

#[tokio::test]
async fn a_deleted_consumer_is_waited_for_by_policy() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let start = consumer.messages().on_consumer_loss(OnConsumerLoss::Wait);
    let mut messages = start.await.unwrap();
    let mut events = messages.control().events();
    pulling(&messages.control()).await;
    world.stream.delete_consumer("c").await.unwrap();
    until_recovering(&mut events, RecoveryReason::ConsumerMissing).await;
    world.store(1).await;
    world.consumer().await;
    let back = Instant::now();

    next(&mut messages).await.ack().await.unwrap();
    assert!(back.elapsed() < Duration::from_secs(2), "{:?}", back.elapsed());
}

// spec: ERR-46
#[tokio::test]
async fn a_deleted_stream_is_waited_for_and_its_consumer_created_again() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut messages = consumer.messages().await.unwrap();
    let mut events = messages.control().events();
    pulling(&messages.control()).await;
    world.js.delete_stream("S").await.unwrap();
    until_recovering(&mut events, RecoveryReason::StreamMissing).await;
    world.js.create_stream(stream_config()).await.unwrap();
    world.store(1).await;
    let back = Instant::now();

    next(&mut messages).await.ack().await.unwrap();
    assert!(back.elapsed() < Duration::from_secs(2), "{:?}", back.elapsed());
}

#[tokio::test]
async fn a_deleted_stream_ends_it_by_policy() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let start = consumer.messages().on_stream_loss(OnStreamLoss::Stop);
    let mut messages = start.await.unwrap();
    pulling(&messages.control()).await;
    world.js.delete_stream("S").await.unwrap();

    assert_eq!(end(&mut messages).await.unwrap().kind(), ErrorKind::StreamDeleted);
}

/// A consumer that somebody resets goes on: its count going back is no error.
// spec: A60-02
#[tokio::test]
async fn a_reset_consumer_goes_on() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store(5).await;
    let mut messages = consumer.messages().await.unwrap();
    take_all(&mut messages, 5).await;
    let body = br#"{"seq":2}"#;
    let subject = "$JS.API.CONSUMER.RESET.S.c";
    let answer = world.js.client().request(subject, &body[..]).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(answer.payload()).unwrap();
    assert!(answer.get("error").is_none(), "{answer}");

    for expected in 1..5 {
        let delivery = next(&mut messages).await;
        assert_eq!(number(&delivery), expected);
        delivery.ack().await.unwrap();
    }
    assert_eq!(messages.control().status().state, MessagesState::Pulling);
}
