//! Nothing that was accepted is lost without a word.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nats_actors::{Client, Event, PendingLimits};
use nats_actors_tests::eventually;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::kit::{PATIENCE, next, within};
use super::over::{Over, over_each_transport};

// spec: W-25, TRN-04
over_each_transport! {
    "current_thread":
        draining_a_client_flushes_and_closes,
        draining_a_client_lets_handlers_finish;
    "multi_thread":
        dropping_the_last_handle_flushes,
        draining_a_subscription_loses_nothing,
        killed_servers_lose_nothing_unreported;
}

/// e1: everything arrives although every handle is dropped right after the last publish.
async fn dropping_the_last_handle_flushes(over: Over) {
    let server = over.server().await;
    let receiver = over.connect(&server).await;
    let mut sub = receiver.subscribe("drop.*").await.unwrap();
    for round in 0..50 {
        for (count, size) in [(1, 16), (100, 16), (2_000, 128), (200, 8192)] {
            let client = over.connect(&server).await;
            let subject = format!("drop.{round}");
            let payload = vec![7; size];
            for _ in 0..count {
                client.publish(&subject, &payload).await.unwrap();
            }
            drop(client);
            for _ in 0..count {
                assert_eq!(next(&mut sub).await.subject(), subject);
            }
        }
    }
}

/// Publishes as fast as `ahead` has permits: a server gives up a subscriber that is too far behind.
fn flood(publisher: Client, ahead: Arc<Semaphore>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            ahead.acquire().await.unwrap().forget();
            publisher.publish("flood", "0123456789abcdef").await.unwrap();
        }
    })
}

/// e3: what the server has sent to a subscription before it drained is delivered, also under saturation.
async fn draining_a_subscription_loses_nothing(over: Over) {
    let server = over.server().await;
    let publisher = over.connect(&server).await;
    for _ in 0..10 {
        let client = over.connect(&server).await;
        let limits = PendingLimits::new(4_000_000, 1 << 30);
        let mut sub = client.subscribe("flood").limits(limits).await.unwrap();
        let ahead = Arc::new(Semaphore::new(100_000));
        let flood = flood(publisher.clone(), Arc::clone(&ahead));
        let mut received = 0_u64;
        while received < 20_000 {
            next(&mut sub).await;
            ahead.add_permits(1);
            received += 1;
        }
        sub.drain().await.unwrap();
        while within(PATIENCE, sub.next()).await.is_some() {
            received += 1;
        }
        flood.abort();
        let connz = server.connz().await.unwrap();
        let id = client.server_info().client_id;
        let connections = connz["connections"].as_array().unwrap();
        let own = connections.iter().find(|connection| connection["cid"] == id).unwrap();
        assert_eq!(own["out_msgs"], received);
    }
}

/// e2: draining a client delivers, flushes and closes.
async fn draining_a_client_flushes_and_closes(over: Over) {
    let server = over.server().await;
    let receiver = over.connect(&server).await;
    let mut sub = receiver.subscribe("last").await.unwrap();
    let client = over.connect(&server).await;
    for _ in 0..500 {
        client.publish("last", vec![1; 100_000]).await.unwrap();
    }
    let report = client.drain().await;

    assert_eq!((report.unconfirmed, report.untaken), (0, 0));
    for _ in 0..500 {
        next(&mut sub).await;
    }
    let error = client.publish("last", "").await.unwrap_err();
    assert_eq!(error.kind(), nats_actors::ErrorKind::Closed);
}

/// A drain waits for handlers, one at a time or many, until they are done.
async fn draining_a_client_lets_handlers_finish(over: Over) {
    let server = over.server().await;
    for concurrency in [1, 8] {
        let client = over.connect(&server).await;
        let handled = Arc::new(AtomicUsize::new(0));
        let (counter, state) = (Arc::clone(&handled), client.watch_state());
        let handler = move |_| {
            let (counter, mut state) = (Arc::clone(&counter), state.clone());
            async move {
                // None of them has ended when the drain begins.
                while !state.current().is_draining() {
                    state.changed().await;
                }
                counter.fetch_add(1, Ordering::SeqCst);
            }
        };
        let _slow = client.subscribe("slow").for_each(concurrency, handler).await.unwrap();
        for _ in 0..40 {
            client.publish("slow", "").await.unwrap();
        }
        let report = client.drain().await;
        assert_eq!((report.untaken, handled.load(Ordering::SeqCst)), (0, 40), "{concurrency}");
    }
}

/// e4: over kills and restarts, what was sent was received or is reported, in order, and no call hangs.
///
/// The client listens to itself: a server delivers on a connection before it answers the PING that confirms, so what is
/// confirmed has been delivered.
async fn killed_servers_lose_nothing_unreported(over: Over) {
    let server = over.server().await;
    let client = over.connect(&server).await;
    let limits = PendingLimits::new(10_000_000, 1 << 30);
    let mut sub = client.subscribe("n").limits(limits).await.unwrap();
    let mut events = client.events();
    let stop = Arc::new(AtomicBool::new(false));
    let publishing = tokio::spawn(publish_numbers(client.clone(), Arc::clone(&stop)));
    for round in 1..=5_u64 {
        let enough = || client.statistics().in_messages >= round * 20_000;
        eventually(PATIENCE, "some messages came back", enough).await;
        server.kill().unwrap();
        server.restart().await.unwrap();
        // Not only connected: the loss of the old connection may not have been noticed yet.
        let again = || client.state().is_connected() && client.statistics().reconnects >= round;
        eventually(PATIENCE, "it is connected again", again).await;
    }
    stop.store(true, Ordering::SeqCst);
    let sent = within(PATIENCE, publishing).await.unwrap();
    client.flush().timeout(PATIENCE).await.unwrap();
    sub.drain().await.unwrap();

    let mut accounted = BTreeSet::new();
    let mut last = 0;
    while let Some(message) = within(PATIENCE, sub.next()).await {
        let number: u64 = str::from_utf8(message.payload()).unwrap().parse().unwrap();
        assert!(number > last, "{number} came behind {last}");
        last = number;
        accounted.insert(number);
    }
    let mut reports = 0;
    while let Some(event) = events.try_next() {
        if let Event::PublishLoss(loss) = event {
            assert_eq!(loss.count, loss.last - loss.first + 1);
            accounted.extend(loss.first..=loss.last);
            reports += 1;
        }
    }
    let silent: Vec<u64> = (1..=sent).filter(|number| !accounted.contains(number)).collect();
    assert_eq!(silent, Vec::<u64>::new(), "lost without a word, of {sent}");
    assert!(reports > 0, "a server that dies under full load leaves publishes in doubt");
}

async fn publish_numbers(client: Client, stop: Arc<AtomicBool>) -> u64 {
    let mut number = 0_u64;
    while !stop.load(Ordering::SeqCst) {
        number += 1;
        client.publish("n", number.to_string()).deadline(PATIENCE).await.unwrap();
    }
    number
}
