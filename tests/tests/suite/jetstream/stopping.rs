//! The end of a worker is not the end of its messages.

use std::time::{Duration, Instant};

use nats_actors::ConnectOptions;
use nats_actors::jetstream::MessagesState;
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{PATIENCE, World, connect, end, next, number, take_all, within};

/// e18: what a stopping worker had prefetched is elsewhere within a quarter of a second.
// spec: A37-17, CNS-52
#[tokio::test]
async fn what_was_prefetched_goes_to_another_worker_at_once() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(300).await;
    let mut first = consumer.messages().max_in_flight(300).await.unwrap();
    let running = next(&mut first).await;
    let control = first.control();
    eventually(PATIENCE, "all is prefetched", || control.status().buffered == 299).await;
    let elsewhere = connect(&world.server).await;
    let other = elsewhere.stream("S").await.unwrap().consumer("c").await.unwrap();
    let mut second = other.messages().max_in_flight(300).await.unwrap();
    eventually_async(PATIENCE, "the other one waits", async || {
        consumer.info().await.unwrap().num_waiting > 0
    })
    .await;

    let begin = Instant::now();
    control.stop().await;
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 299 {
        let delivery = next(&mut second).await;
        seen.insert(number(&delivery));
        delivery.ack().await.unwrap();
    }
    let took = begin.elapsed();
    assert!(took < Duration::from_millis(250), "{took:?}");
    assert!(!seen.contains(&number(&running)), "what is being worked on stays");
    running.double_ack().await.unwrap();
    assert!(first.next().await.is_none());
}

/// e18, without a word: dropping does the same.
#[tokio::test]
async fn dropping_gives_back_too() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(300).await;
    let first = consumer.messages().max_in_flight(300).await.unwrap();
    let control = first.control();
    eventually(PATIENCE, "all is prefetched", || control.status().buffered == 300).await;
    let mut second = consumer.messages().max_in_flight(300).await.unwrap();
    let begin = Instant::now();
    drop(first);

    take_all(&mut second, 300).await;
    let took = begin.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
    within(PATIENCE, control.wait_for(|state| state == MessagesState::Ended)).await;
}

/// Stopped in full flow: nothing that was on its way is lost until the ack wait.
// spec: A37-08, A37-17
#[tokio::test]
async fn a_stop_in_full_flow_leaves_nothing_behind() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(5000).await;
    for _ in 0..5 {
        let mut messages = consumer.messages().max_in_flight(500).await.unwrap();
        for _ in 0..300 {
            next(&mut messages).await.ack().await.unwrap();
        }
        messages.control().stop().await;
        assert_eq!(consumer.info().await.unwrap().num_waiting, 0);
    }
    // The ack wait is much longer than a test waits: what was not given back would be missing.
    let mut messages = consumer.messages().await.unwrap();
    let mut left = 5000 - 5 * 300;
    while left > 0 {
        next(&mut messages).await.ack().await.unwrap();
        left -= 1;
    }
    messages.control().stop().await;
    assert_eq!(consumer.info().await.unwrap().ack_floor.stream, 5000);
}

// spec: A37-17, CNS-52
#[tokio::test]
async fn a_drain_hands_out_what_is_here_and_asks_for_no_more() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(300).await;
    let mut messages = consumer.messages().max_in_flight(100).await.unwrap();
    let control = messages.control();
    eventually(PATIENCE, "as much as fits is here", || control.status().buffered == 100).await;
    within(PATIENCE, control.drain()).await;

    for expected in 0..100 {
        let delivery = next(&mut messages).await;
        assert_eq!(number(&delivery), expected);
        delivery.double_ack().await.unwrap();
    }
    assert!(end(&mut messages).await.is_none());
    let info = consumer.info().await.unwrap();
    assert_eq!((info.num_pending, info.num_ack_pending, info.num_waiting), (200, 0, 0));
}

#[tokio::test]
async fn stopping_twice_or_while_draining_is_one_end() {
    let world = World::new().await;
    let consumer = world.consumer().await;
    world.store_fast(50).await;
    let mut messages = consumer.messages().await.unwrap();
    let control = messages.control();
    eventually(PATIENCE, "all is here", || control.status().buffered == 50).await;
    within(PATIENCE, async { tokio::join!(control.drain(), control.stop(), control.stop()) }).await;

    assert!(end(&mut messages).await.is_none());
    assert_eq!(control.status().state, MessagesState::Ended);
    assert_eq!(control.status().in_flight, 0);
    let mut again = consumer.messages().await.unwrap();
    take_all(&mut again, 50).await;
}

/// A stop while there is no server ends by its deadline.
#[tokio::test]
async fn a_stop_without_a_server_ends() {
    let world = World::new().await;
    world.consumer().await;
    world.store_fast(10).await;
    let limit = Duration::from_secs(1);
    let options = ConnectOptions::new().drain_timeout(limit);
    let client = options.connect(world.server.url()).await.unwrap();
    let stream = client.jetstream().stream("S").await.unwrap();
    let messages = stream.consumer("c").await.unwrap().messages().await.unwrap();
    let control = messages.control();
    eventually(PATIENCE, "all is here", || control.status().buffered == 10).await;
    world.server.kill().unwrap();
    eventually(PATIENCE, "it is noticed", || !client.state().is_connected()).await;

    within(limit * 3, control.stop()).await;
    assert_eq!(control.status().in_flight, 0);
}
