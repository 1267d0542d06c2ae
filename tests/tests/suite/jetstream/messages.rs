//! Messages keep coming, each once, and never more than may be in flight.

use std::time::Duration;

use nats_actors::jetstream::{ErrorKind, MessagesState};
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{PATIENCE, World, consumer_config, end, next, number, take_all, within};

// spec: CNS-50, A37-10, A37-13
#[tokio::test]
async fn ten_thousand_messages_come_once_each() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(10_000).await;
    let mut messages = consumer.messages().await.unwrap();

    assert_eq!(take_all(&mut messages, 10_000).await, 0);
    messages.control().stop().await;
    let info = consumer.info().await.unwrap();
    assert_eq!((info.ack_floor.stream, info.num_ack_pending), (10_000, 0));
    assert_eq!((info.num_pending, info.num_waiting), (0, 0));
}

// spec: A37-12, CNS-51
#[tokio::test]
async fn a_place_for_one_is_enough_for_a_thousand() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(1000).await;
    let mut messages = consumer.messages().max_in_flight(1).await.unwrap();

    for expected in 0..1000 {
        let delivery = next(&mut messages).await;
        assert_eq!(number(&delivery), expected);
        assert_eq!(messages.control().status().in_flight, 1);
        delivery.ack().await.unwrap();
    }
}

// spec: A37-10
#[tokio::test]
async fn never_more_is_here_than_may_be_in_flight() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(500).await;
    let mut messages = consumer.messages().max_in_flight(10).await.unwrap();
    let control = messages.control();

    let mut held = Vec::new();
    for _ in 0..10 {
        held.push(next(&mut messages).await);
    }
    within(PATIENCE, control.wait_for(|state| state == MessagesState::Saturated)).await;
    assert_eq!(consumer.info().await.unwrap().num_ack_pending, 10);
    assert_eq!((control.status().in_flight, control.status().buffered), (10, 0));

    // One place is asked for although half is not free.
    held.remove(0).ack().await.unwrap();
    assert_eq!(number(&next(&mut messages).await), 10);
    for delivery in held {
        delivery.ack().await.unwrap();
    }
}

#[tokio::test]
async fn batches_hold_what_is_there() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(100).await;
    let mut messages = consumer.messages().max_in_flight(100).await.unwrap();
    let control = messages.control();
    eventually(PATIENCE, "all is buffered", || control.status().buffered == 100).await;

    let mut batch = Vec::new();
    assert_eq!(messages.next_batch(&mut batch, 30).await.unwrap(), 30);
    assert_eq!(messages.next_batch(&mut batch, 1000).await.unwrap(), 70);
    assert!(batch.iter().map(number).eq(0..100));
    assert_eq!(messages.next_batch(&mut batch, 0).await.unwrap(), 0);
    for delivery in batch {
        delivery.ack().await.unwrap();
    }
}

// spec: A37-18
#[tokio::test]
async fn several_readers_of_one_consumer_share_its_messages() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut left = consumer.messages().max_in_flight(20).await.unwrap();
    let mut right = consumer.messages().max_in_flight(20).await.unwrap();
    world.store_fast(1000).await;

    let mut seen = std::collections::BTreeSet::new();
    let mut counts = [0, 0];
    while seen.len() < 1000 {
        let (side, delivery) = within(PATIENCE, async {
            tokio::select! {
                delivery = left.next() => (0, delivery.unwrap().unwrap()),
                delivery = right.next() => (1, delivery.unwrap().unwrap()),
            }
        })
        .await;
        assert!(seen.insert(number(&delivery)), "twice");
        counts[side] += 1;
        delivery.ack().await.unwrap();
    }
    assert!(counts[0] > 0 && counts[1] > 0, "{counts:?}");
}

// spec: CNS-21, ERR-41, A37-13
#[tokio::test]
async fn a_limit_that_is_set_under_way_is_learnt() {
    let world = World::new().await;
    let known = world.consumer().await;
    let tight = consumer_config().max_batch(5).max_expires(Duration::from_secs(2));
    world.stream.update_consumer(tight).await.unwrap();
    world.store_fast(200).await;
    let mut messages = known.messages().max_in_flight(50).await.unwrap();

    assert_eq!(take_all(&mut messages, 200).await, 0);
}

// spec: A37-02, ERR-42, CNS-47
#[tokio::test]
async fn messages_larger_than_the_memory_bound_come_one_by_one() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    for _ in 0..20 {
        world.js.publish("s.large", vec![b'x'; 50_000]).await.unwrap();
    }
    let mut messages = consumer.messages().max_bytes(60_000).await.unwrap();
    for _ in 0..20 {
        let delivery = next(&mut messages).await;
        assert_eq!(delivery.payload().len(), 50_000);
        delivery.ack().await.unwrap();
    }
}

// spec: A37-11
#[tokio::test]
async fn an_idle_consumer_stays_pulling_over_expired_pulls() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let second = Duration::from_secs(1);
    let start = consumer.messages().expires(second).heartbeat(second / 5);
    let mut messages = start.await.unwrap();
    let control = messages.control();
    let mut events = control.events();
    eventually_async(PATIENCE, "several pulls expire", async || {
        // Each pull counts as a delivery attempt of the consumer's requests.
        control.status().last_heartbeat.is_some()
            && consumer.info().await.unwrap().num_waiting == 1
            && control.status().last_heartbeat.unwrap() > consumer_age(&consumer) + second * 3
    })
    .await;

    world.store(1).await;
    next(&mut messages).await.ack().await.unwrap();
    assert_eq!(control.status().recoveries, 0);
    let quiet = tokio::time::timeout(Duration::from_millis(1), events.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
}

fn consumer_age(consumer: &nats_actors::jetstream::Consumer) -> std::time::SystemTime {
    consumer.cached_info().unwrap().created
}

#[tokio::test]
async fn contradictory_options_are_refused() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let none = consumer.messages().max_in_flight(0).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::BadConfig);
    let slow = consumer.messages().heartbeat(Duration::from_secs(20)).await.unwrap_err();
    assert_eq!(slow.kind(), ErrorKind::BadConfig);
}

#[tokio::test]
async fn more_may_be_in_flight_later() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(100).await;
    let mut messages = consumer.messages().max_in_flight(1).await.unwrap();
    let held = next(&mut messages).await;
    let control = messages.control();
    control.set_max_in_flight(50);

    eventually(PATIENCE, "the rest is asked for", || control.status().in_flight == 50).await;
    held.ack().await.unwrap();
}

/// An expired message in the buffer is not run: the server delivers it to whoever is ready.
#[tokio::test]
async fn an_expired_buffered_message_is_not_handed_out() {
    let world = World::new().await;
    let config = consumer_config().ack_wait(Duration::from_millis(400));
    let consumer = world.stream.create_consumer(config).await.unwrap();
    world.store(2).await;
    let mut messages = consumer.messages().max_in_flight(2).await.unwrap();
    let control = messages.control();
    let first = next(&mut messages).await;
    eventually(PATIENCE, "the other one is buffered", || control.status().buffered == 1).await;
    let begin = first.lease_started();
    eventually(PATIENCE, "its lease is over", || first.is_expired(Duration::from_millis(400)))
        .await;
    assert!(begin.elapsed() >= Duration::from_millis(360));
    first.ack().await.unwrap();

    let again = next(&mut messages).await;
    assert_eq!(number(&again), 1);
    assert!(again.info().num_delivered > 1, "{again:?}");
    assert_eq!(control.status().expired, 1);
    again.ack().await.unwrap();
}

#[tokio::test]
async fn a_closed_client_ends_it_with_that_error() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    let mut messages = consumer.messages().await.unwrap();
    world.js.client().close().await;

    assert_eq!(end(&mut messages).await.unwrap().kind(), ErrorKind::Closed);
    assert!(end(&mut messages).await.is_none());
    within(PATIENCE, messages.control().stop()).await;
}
