//! Subscribing, row by row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use nats_actors::testing::{Proxy, Server, User};
use nats_actors::{Client, ErrorKind, Event, Overflow, PendingLimits};
use nats_actors_tests::{eventually, eventually_async};

use super::kit::{
    PATIENCE, SOON, connect, next, options, server_and_client, server_with, subscriptions_at,
    within,
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
    let closing = async {
        tokio::time::sleep(SOON / 10).await;
        client.close().await;
    };
    let (waited, ()) = tokio::join!(within(PATIENCE, open.next_within(PATIENCE * 2)), closing);
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

// spec: A40-34, SUB-18, ERR-16
#[tokio::test]
async fn a_denied_subject_ends_its_subscription_and_no_other() {
    let (server, login) = server_with(|user| user.deny_subscribe("secret")).await;
    let client = login.connect(server.url()).await.unwrap();
    let mut events = client.events();
    let mut open = client.subscribe("open").await.unwrap();
    let error = client.subscribe("secret").await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("secret")));
    let mut later = client.subscribe("secret").unconfirmed().await.unwrap();
    assert!(within(PATIENCE, later.next()).await.is_none());
    let error = within(PATIENCE, later.ended()).await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("secret")));
    assert_eq!(later.next_within(SOON).await.unwrap_err().kind(), ErrorKind::Denied);

    for _ in 0..2 {
        assert!(matches!(within(PATIENCE, events.next()).await, Some(Event::ServerError(_))));
    }
    client.publish("open", "x").await.unwrap();
    assert_eq!(next(&mut open).await.payload(), b"x");
    assert_eq!(client.statistics().reconnects, 0);
}

// spec: A40-35
#[tokio::test]
async fn equal_denied_subscriptions_get_an_error_each_and_an_allowed_group_none() {
    let (server, login) = server_with(|user| user.allow_subscribe("foo v1")).await;
    let client = login.connect(server.url()).await.unwrap();
    let mut allowed = client.subscribe("foo").queue("v1").await.unwrap();
    let mut denied = Vec::new();
    for _ in 0..5 {
        denied.push(client.subscribe("foo").unconfirmed().await.unwrap());
        denied.push(client.subscribe("foo").queue("v2").unconfirmed().await.unwrap());
    }
    for denied in denied {
        assert_eq!(within(PATIENCE, denied.ended()).await.unwrap_err().kind(), ErrorKind::Denied);
    }
    client.publish("foo", "x").await.unwrap();
    assert_eq!(next(&mut allowed).await.payload(), b"x");
    assert_eq!(client.statistics().subscriptions, 1);
}

// spec: A40-36, A40-38
#[tokio::test]
async fn a_permission_that_goes_ends_the_one_that_needed_it_for_good() {
    let user = || User::new("ann", "secret");
    let server = Server::builder().user(user()).start().await.unwrap();
    let login = options().user_and_password("ann", "secret");
    let client = login.connect(server.url()).await.unwrap();
    let sub = client.subscribe("foo").await.unwrap();
    let _other = client.subscribe("bar").await.unwrap();
    server.reconfigure(Server::builder().user(user().deny_subscribe("foo"))).await.unwrap();
    let error = within(PATIENCE, sub.ended()).await.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Denied, Some("foo")));

    server.reconfigure(Server::builder().user(user())).await.unwrap();
    client.force_reconnect();
    let mut state = client.watch_state();
    within(PATIENCE, async {
        while state.current().epoch().is_none_or(|epoch| epoch < 2) {
            state.changed().await;
        }
    })
    .await;
    client.flush().await.unwrap();
    assert!(sub.has_ended(), "a refused subscription does not come back by itself");
    let mut again = client.subscribe("foo").await.unwrap();
    client.publish("foo", "x").await.unwrap();
    assert_eq!(next(&mut again).await.payload(), b"x");
}

// spec: SUB-19, ERR-18
#[tokio::test]
async fn one_subscription_too_many_is_an_error_of_its_own() {
    let server = Server::builder().extra("max_subscriptions: 3").start().await.unwrap();
    let client = connect(&server).await;
    let mut live = Vec::new();
    for n in 0..3 {
        live.push(client.subscribe(format!("s.{n}")).await.unwrap());
    }
    for _ in 0..2 {
        let error = client.subscribe("s.more").await.unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::TooMany, Some("s.more")));
    }
    live.pop();
    live.push(client.subscribe("s.more").await.unwrap());
    for subject in ["s.0", "s.1", "s.more"] {
        client.publish(subject, "x").await.unwrap();
    }
    for sub in &mut live {
        assert_eq!(next(sub).await.payload(), b"x");
    }
    assert_eq!(client.statistics().reconnects, 0);
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

// spec: G-05, SUB-08
#[tokio::test]
async fn dropped_subscriptions_are_gone_at_the_server() {
    let (server, client) = server_and_client().await;
    let mut live = Vec::new();
    for n in 0..100 {
        live.push(client.subscribe(format!("s.{n}")).await.unwrap());
    }
    let subsz = async || {
        let subsz = server.monitor("/subsz?subs=1&acc=$G&limit=1000").await.unwrap();
        let list = subsz["subscriptions_list"].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter(|sub| sub["subject"].as_str().is_some_and(|s| s.starts_with("s.")))
            .count()
    };
    assert_eq!(subsz().await, 100);
    drop(live);
    eventually_async(PATIENCE, "the server forgets all", async || subsz().await == 0).await;
}

/// Subscriptions may be dropped by threads that know no runtime, also when there is none any more.
// spec: SUB-08
#[test]
fn regression_17_a_subscription_may_be_dropped_outside_of_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, client, one, two) = runtime.block_on(async {
        let (server, client) = server_and_client().await;
        let one = client.subscribe("a").await.unwrap();
        let two = client.subscribe("a").for_each(1, async |_| {}).await.unwrap();
        (server, client, one, two)
    });
    std::thread::spawn(move || drop(one)).join().unwrap();
    runtime.block_on(async {
        eventually(PATIENCE, "it is gone", || client.statistics().subscriptions == 1).await;
        client.flush().await.unwrap();
        assert_eq!(subscriptions_at(&server).await, 1);
    });
    let three = runtime.block_on(async { client.subscribe("a").await.unwrap() });
    drop(runtime);
    drop((two, three, client));
}

/// Each await of the API, dropped at each of its polls, loses nothing and leaves nothing.
#[tokio::test]
async fn regression_17_every_await_can_be_dropped_at_every_poll() {
    let (server, client) = server_and_client().await;
    let mut all = client.subscribe("n").await.unwrap();
    for polls in 0..8 {
        polled(polls, client.subscribe("other").into_future()).await;
        polled(polls, client.request("other", "").timeout(PATIENCE).into_future()).await;
        polled(polls, client.request("o", "").inbox_per_request().into_future()).await;
        polled(polls, client.request_many("other", "").into_future()).await;
        polled(polls, client.flush().into_future()).await;
        polled(polls, all.next()).await;
        polled(polls, all.next_within(PATIENCE)).await;
        client.publish("n", [polls as u8].as_slice()).await.unwrap();
        assert_eq!(next(&mut all).await.payload(), [polls as u8]);
    }
    eventually(PATIENCE, "nothing is left", || client.statistics().requests_waiting == 0).await;
    client.flush().await.unwrap();
    let only_replies = client.statistics().subscriptions;
    assert!(only_replies <= 2, "{only_replies}");
    assert_eq!(subscriptions_at(&server).await, only_replies);
}

/// Polls a future so often, then drops it.
async fn polled<F: Future>(times: usize, future: F) {
    let mut future = std::pin::pin!(future);
    for _ in 0..times {
        if futures_util::poll!(&mut future).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

// spec: SUB-29, SUB-30
#[tokio::test]
async fn handlers_run_at_once_up_to_their_bound_and_panics_end_one_message() {
    let (_server, client) = server_and_client().await;
    let (running, most, done) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let handler = {
        let (running, most, done) = (Arc::clone(&running), Arc::clone(&most), Arc::clone(&done));
        move |message: nats_actors::Message| {
            let (running, most, done) =
                (Arc::clone(&running), Arc::clone(&most), Arc::clone(&done));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(SOON / 30).await;
                running.fetch_sub(1, Ordering::SeqCst);
                done.fetch_add(1, Ordering::SeqCst);
                assert_ne!(message.payload(), 7_u32.to_be_bytes(), "as the test wants");
            }
        }
    };
    let handling = client.subscribe("n").for_each(4, handler).await.unwrap();
    publish_numbers(&client, "n", 0..40).await;
    within(PATIENCE, handling.drain()).await.unwrap();
    assert_eq!((done.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (40, 4));
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
