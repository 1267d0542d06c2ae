//! Subscribing, row by row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use nats_actors::testing::Proxy;
use nats_actors::{Client, ErrorKind, Event, Overflow, PendingLimits};
use nats_actors_tests::eventually;
use tokio::sync::Semaphore;

use super::kit::{
    PATIENCE, SOON, connect, next, options, server_and_client, subscriptions_at, within,
};

async fn publish_numbers(client: &Client, subject: &str, numbers: std::ops::Range<u32>) {
    for n in numbers {
        client.publish(subject, &n.to_be_bytes()).await.unwrap();
    }
    client.flush().await.unwrap();
}

// spec: SUB-22, SUB-12, SUB-13, SUB-14, SUB-28, SUB-23
#[tokio::test]
async fn a_subscription_tells_about_itself() {
    let (_server, client) = server_and_client().await;
    let mut one = client.subscribe("a.*").queue("q").await.unwrap();
    let limits = PendingLimits::new(3, 1 << 20);
    let two = client.subscribe("a.>").limits(limits).await.unwrap();
    publish_numbers(&client, "a.b", 0..5).await;

    assert_eq!((one.subject(), one.queue_group()), ("a.*", Some("q")));
    assert_eq!((two.subject(), two.queue_group()), ("a.>", None));
    assert_ne!(one.sid(), two.sid());
    assert_eq!(client.statistics().subscriptions, 2);
    next(&mut one).await;
    next(&mut one).await;
    let told = one.statistics();
    assert_eq!((told.delivered, told.pending_messages, told.pending_bytes), (2, 3, 3 * 7));
    assert_eq!((told.max_pending_messages, told.max_pending_bytes, told.dropped), (5, 35, 0));
    let told = two.statistics();
    assert_eq!((told.delivered, told.pending_messages, told.dropped), (0, 3, 2));
    two.reset_max_pending();
    two.set_limits(PendingLimits::new(4, 1 << 20));
    publish_numbers(&client, "a.b", 5..7).await;
    assert_eq!((two.statistics().max_pending_messages, two.dropped()), (4, 3));

    assert!(!one.has_ended());
    one.unsubscribe();
    assert!(one.has_ended());
    one.ended().await.unwrap();
    assert_eq!(within(PATIENCE, one.count()).await, 3 + 2, "what waits can still be taken");
}

// spec: SUB-01, SUB-02, SUB-24, SUB-25
#[tokio::test]
async fn handlers_and_streams_get_messages_in_order() {
    let (_server, client) = server_and_client().await;
    let (to, mut handled) = tokio::sync::mpsc::unbounded_channel();
    let handler = move |message: nats_actors::Message| {
        let to = to.clone();
        async move {
            tokio::task::yield_now().await;
            to.send(message).unwrap();
        }
    };
    let _handler = client.subscribe("n.*.>").for_each(1, handler).await.unwrap();
    let mut stream = client.subscribe("n.>").await.unwrap();
    publish_numbers(&client, "n.a.b", 0..1000).await;
    for n in 0..1000_u32 {
        let message = within(PATIENCE, handled.recv()).await.unwrap();
        assert_eq!((message.subject(), message.payload()), ("n.a.b", &n.to_be_bytes()[..]));
        assert_eq!(within(PATIENCE, stream.next()).await.unwrap(), message);
    }
}

// spec: SUB-03, SUB-20
#[tokio::test]
async fn waiting_with_a_limit_tells_a_timeout_from_an_end() {
    let (server, client) = server_and_client().await;
    let mut sub = client.subscribe("a").max_messages(1).await.unwrap();
    let error = sub.next_within(SOON / 10).await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::TimedOut, Some("a")));
    client.publish("a", "x").await.unwrap();
    assert_eq!(sub.next_within(PATIENCE).await.unwrap().unwrap().payload(), b"x");
    assert!(sub.next_within(PATIENCE).await.unwrap().is_none(), "its maximum has come");

    let mut open = client.subscribe("a").await.unwrap();
    let mut waiting = Box::pin(open.next_within(PATIENCE * 2));
    assert!((&mut waiting).now_or_never().is_none(), "it waits");
    client.close().await;
    let waited = within(PATIENCE, waiting).await;
    assert_eq!(waited.unwrap_err().kind(), ErrorKind::Closed);
    drop(server);
}

// spec: W-17, SUB-06
#[tokio::test]
async fn a_maximum_set_on_a_live_subscription_counts_what_came_before() {
    let (server, client) = server_and_client().await;
    let mut sub = client.subscribe("n").await.unwrap();
    publish_numbers(&client, "n", 0..3).await;
    for _ in 0..3 {
        next(&mut sub).await;
    }
    sub.unsubscribe_after(5);
    publish_numbers(&client, "n", 3..13).await;
    assert_eq!(within(PATIENCE, sub.count()).await, 2);
    assert_eq!(subscriptions_at(&server).await, 0);

    let late = client.subscribe("n").await.unwrap();
    publish_numbers(&client, "n", 0..3).await;
    late.unsubscribe_after(2);
    assert!(late.has_ended());
    assert_eq!(within(PATIENCE, late.count()).await, 3, "what came can be taken");
    client.flush().await.unwrap();
    assert_eq!(subscriptions_at(&server).await, 0);
}

// spec: SUB-06, A40-24
#[tokio::test]
async fn regression_11_a_maximum_goes_on_over_a_reconnect_and_does_not_begin_anew() {
    let (server, publisher) = server_and_client().await;
    let proxy = Proxy::start(server.addr()).await.unwrap();
    let client = Client::connect(proxy.url()).await.unwrap();
    let mut early = client.subscribe("n").max_messages(5).await.unwrap();
    let mut live = client.subscribe("n").await.unwrap();
    publish_numbers(&publisher, "n", 0..2).await;
    for _ in 0..2 {
        next(&mut early).await;
        next(&mut live).await;
    }
    let mut state = client.watch_state();
    proxy.cut();
    within(PATIENCE, async { while state.changed().await.epoch() != Some(2) {} }).await;
    client.flush().await.unwrap();
    live.unsubscribe_after(5);
    client.flush().await.unwrap();
    publish_numbers(&publisher, "n", 2..20).await;

    assert_eq!(within(PATIENCE, early.count()).await, 3);
    assert_eq!(within(PATIENCE, live.count()).await, 3);
    client.flush().await.unwrap();
    let connz = server.monitor("/connz?subs=1").await.unwrap();
    let known: u64 = connz["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["subscriptions"].as_u64().unwrap())
        .sum();
    assert_eq!(known, 0, "{connz}");
}

// spec: SUB-07, SUB-27
#[tokio::test]
async fn interest_changes_while_there_is_no_server() {
    let (server, client) = server_and_client().await;
    let gone = client.subscribe("gone").await.unwrap();
    server.kill().unwrap();
    let mut state = client.watch_state();
    within(PATIENCE, async {
        while state.current().is_connected() {
            state.changed().await;
        }
    })
    .await;
    let mut made = within(PATIENCE, client.subscribe("made").into_future()).await.unwrap();
    gone.unsubscribe();
    server.restart().await.unwrap();
    within(PATIENCE, state.connected()).await.unwrap();
    client.publish("made", "x").await.unwrap();
    assert_eq!(next(&mut made).await.payload(), b"x");
    assert_eq!(subscriptions_at(&server).await, 1);
}

// spec: G-01, SUB-09
#[tokio::test]
async fn regression_03_a_drained_member_of_a_group_loses_nothing_under_saturation() {
    let (server, publisher) = server_and_client().await;
    let proxy = Proxy::start(server.addr()).await.unwrap();
    proxy.delay(nats_actors::testing::Direction::ToClient, Duration::from_millis(100));
    let slow = Client::connect(proxy.url()).await.unwrap();
    let other = connect(&server).await;
    let mut leaving = slow.subscribe("work").queue("q").await.unwrap();
    let staying = other.subscribe("work").queue("q").await.unwrap();
    let publishing = tokio::spawn({
        let publisher = publisher.clone();
        async move { publish_numbers(&publisher, "work", 0..30_000).await }
    });
    for _ in 0..100 {
        next(&mut leaving).await;
    }
    within(PATIENCE, leaving.drain()).await.unwrap();
    let drained = 100 + within(PATIENCE, leaving.count()).await;
    publishing.await.unwrap();
    other.flush().await.unwrap();
    assert_eq!(drained + staying.pending(), 30_000);
}

/// e8: each policy keeps what it says, counts what it drops, and tells at most twice.
// spec: SUB-10, SUB-11, SUB-15, SUB-16, G-04, ERR-12
#[tokio::test]
async fn slow_consumers_are_counted_told_and_alone() {
    let (_server, client) = server_and_client().await;
    let messages = PendingLimits::new(10, 1 << 20);
    let bytes = PendingLimits::new(1 << 20, 10 * 5);
    let oldest: Vec<u32> = (990..1000).collect();
    let newest: Vec<u32> = (0..10).collect();
    let cases = [
        (Overflow::DropNewest, messages, newest.clone(), 990),
        (Overflow::DropNewest, bytes, newest, 990),
        (Overflow::DropOldest, messages, oldest.clone(), 990),
        (Overflow::DropOldest, bytes, oldest, 990),
    ];
    for (overflow, limits, kept, dropped) in cases {
        let mut slow = client.subscribe("n").limits(limits).overflow(overflow).await.unwrap();
        let mut fast = client.subscribe("n").await.unwrap();
        let mut events = client.events();
        publish_numbers(&client, "n", 0..1000).await;
        assert_eq!((slow.dropped(), fast.dropped()), (dropped, 0), "{overflow:?}");
        for n in 0..1000_u32 {
            assert_eq!(next(&mut fast).await.payload(), n.to_be_bytes());
        }
        for n in &kept {
            assert_eq!(next(&mut slow).await.payload(), n.to_be_bytes(), "{overflow:?}");
        }
        let mut told = Vec::new();
        while let Some(event) = events.try_next() {
            told.push(event);
        }
        let subject = "n".to_owned();
        let last = Event::SlowConsumer { subject, dropped, ended: true };
        assert_eq!((told.len(), told.last()), (2, Some(&last)), "{overflow:?}: {told:?}");
    }
    let mut latest =
        client.subscribe("n").limits(messages).overflow(Overflow::Latest).await.unwrap();
    publish_numbers(&client, "n", 0..1000).await;
    let mut last = Vec::new();
    while latest.pending() > 0 {
        last = next(&mut latest).await.payload().to_vec();
    }
    assert_eq!(last, 999_u32.to_be_bytes());
}

// spec: G-04
#[tokio::test]
async fn a_stalled_handler_holds_up_no_neighbour() {
    let (_server, client) = server_and_client().await;
    let stalled = |_| std::future::pending::<()>();
    let limits = PendingLimits::new(10, 1 << 20);
    let slow = client.subscribe("n").limits(limits).for_each(1, stalled).await.unwrap();
    let mut fast = client.subscribe("n").await.unwrap();
    publish_numbers(&client, "n", 0..1000).await;
    for n in 0..1000_u32 {
        assert_eq!(next(&mut fast).await.payload(), n.to_be_bytes());
    }
    assert_eq!(slow.statistics().delivered + slow.dropped() + slow.pending() as u64, 1000);
    assert!(slow.dropped() >= 1000 - 20);
}

// spec: SUB-29, SUB-30
#[tokio::test]
async fn handlers_run_at_once_up_to_their_bound_and_panics_end_one_message() {
    let (_server, client) = server_and_client().await;
    let (begun, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let gate = Arc::new(Semaphore::new(0));
    let handler = {
        let (begun, done, gate) = (Arc::clone(&begun), Arc::clone(&done), Arc::clone(&gate));
        move |message: nats_actors::Message| {
            let (begun, done, gate) = (Arc::clone(&begun), Arc::clone(&done), Arc::clone(&gate));
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                done.fetch_add(1, Ordering::SeqCst);
                assert_ne!(message.payload(), 7_u32.to_be_bytes(), "as the test wants");
            }
        }
    };
    let handling = client.subscribe("n").for_each(4, handler).await.unwrap();
    publish_numbers(&client, "n", 0..40).await;
    for ended in 0..40 {
        let running = 4.min(40 - ended);
        let at_work = || begun.load(Ordering::SeqCst) == ended + running;
        eventually(PATIENCE, "as many run as may", at_work).await;
        // Whoever is one too many would have begun by the time a message has gone round.
        client.flush().await.unwrap();
        assert!(at_work(), "{} begun, {ended} ended", begun.load(Ordering::SeqCst));
        gate.add_permits(1);
        let one_more = || done.load(Ordering::SeqCst) == ended + 1;
        eventually(PATIENCE, "one has ended", one_more).await;
    }
    within(PATIENCE, handling.drain()).await.unwrap();
    assert_eq!(done.load(Ordering::SeqCst), 40);
}

// spec: SUB-04
#[tokio::test]
async fn each_message_goes_to_one_member_of_a_group_and_to_each_plain_one() {
    let (_server, client) = server_and_client().await;
    let members = [
        client.subscribe("n").queue("q").await.unwrap(),
        client.subscribe("n").queue("q").await.unwrap(),
    ];
    let plain = client.subscribe("n").await.unwrap();
    publish_numbers(&client, "n", 0..200).await;
    assert_eq!(members.iter().map(|m| m.pending()).sum::<usize>(), 200);
    assert!(members.iter().all(|member| member.pending() > 0));
    assert_eq!(plain.pending(), 200);
}

// spec: CON-43
#[tokio::test]
async fn the_limits_of_the_options_hold_for_each_subscription() {
    let (server, _client) = server_and_client().await;
    let limits = PendingLimits::new(5, 1 << 20);
    let client = options().pending_limits(limits).connect(server.url()).await.unwrap();
    let by_options = client.subscribe("n").await.unwrap();
    let own = client.subscribe("n").limits(PendingLimits::new(8, 1 << 20)).await.unwrap();
    publish_numbers(&client, "n", 0..10).await;
    assert_eq!((by_options.pending(), own.pending()), (5, 8));
}

/// One that failed because it was too slow is not sent to any more.
// spec: SUB-13, G-05
#[tokio::test]
async fn a_subscription_that_failed_is_gone_at_the_server() {
    let (server, client) = server_and_client().await;
    let limits = PendingLimits::new(5, 1 << 20);
    let slow = client.subscribe("n").limits(limits).overflow(Overflow::Fail).await.unwrap();
    assert_eq!(subscriptions_at(&server).await, 1);
    publish_numbers(&client, "n", 0..10).await;
    assert_eq!(within(PATIENCE, slow.ended()).await.unwrap_err().kind(), ErrorKind::SlowConsumer);
    client.flush().await.unwrap();
    assert_eq!(subscriptions_at(&server).await, 0);
}

/// The drain of a handler's subscription ends behind the handler.
// spec: G-01, SUB-09
#[tokio::test]
async fn a_drain_waits_for_its_handlers() {
    let (_server, client) = server_and_client().await;
    let (gate, done) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (closed, counter) = (Arc::clone(&gate), Arc::clone(&done));
    let handler = move |_| {
        let (gate, done) = (Arc::clone(&closed), Arc::clone(&counter));
        async move {
            gate.acquire().await.unwrap().forget();
            done.fetch_add(1, Ordering::SeqCst);
        }
    };
    let handling = client.subscribe("n").for_each(1, handler).await.unwrap();
    publish_numbers(&client, "n", 0..3).await;
    let counter = Arc::clone(&done);
    let draining = tokio::spawn(async move {
        handling.drain().await.unwrap();
        counter.load(Ordering::SeqCst)
    });
    let fenced = || client.statistics().subscriptions == 0;
    eventually(PATIENCE, "the server sends no more", fenced).await;
    for _ in 0..3 {
        client.flush().await.unwrap();
        gate.add_permits(1);
    }
    assert_eq!(within(PATIENCE, draining).await.unwrap(), 3);
}
