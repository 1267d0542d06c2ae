//! A drain loses nothing, and what it cuts short it tells.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nats_actors::app::{Exit, Phase, TaskContext};
use nats_actors::testing::Server;
use nats_actors::{Client, ErrorKind};
use nats_actors_tests::eventually;

use super::kit::{Billing, Greeter, PATIENCE, Pace, Seen, app, jetstream_server, orders, started};

const ORDERS: u64 = 400;

/// Publishes until its shutdown, and once behind it.
async fn clock(context: TaskContext) -> Result<(), nats_actors::Error> {
    while context.pause(Duration::from_millis(5)).await {
        context.client().publish("clock", "tick").await?;
    }
    context.client().publish("clock", "over").await
}

/// Asks until nobody answers, and counts the answers; any other end is a lost request.
async fn ask_until_gone(client: Client, answers: Arc<AtomicUsize>) {
    loop {
        match client.request("greeter.joe.greet", "").timeout(PATIENCE).await {
            Ok(reply) => {
                assert_eq!(reply.payload(), br#""hello, joe""#);
                answers.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NoResponders, "{error}");
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_under_load_loses_no_request_no_order_and_no_last_word() {
    let server = jetstream_server().await;
    let client = Client::connect(server.url()).await.unwrap();
    let mut clock_says = client.subscribe("clock").await.unwrap();
    let seen = Seen::default();
    let shop = || {
        app(&server)
            .provide(seen.clone())
            .provide(Pace(Duration::from_millis(2)))
            .provision(orders())
            .consumer(Billing::new)
    };
    let running = started(shop().service(Greeter::new).task("clock", clock)).await;
    let answers = Arc::new(AtomicUsize::new(0));
    let askers: Vec<_> = (0..8)
        .map(|_| tokio::spawn(ask_until_gone(client.clone(), Arc::clone(&answers))))
        .collect();
    for id in 0..ORDERS {
        let subject = format!("orders.{id}.placed");
        client.jetstream().publish(subject, "").await.unwrap();
    }
    eventually(PATIENCE, "some work is done", || {
        seen.count() > 20 && answers.load(Ordering::Relaxed) > 50
    })
    .await;

    let report = running.drain().await;

    assert_eq!(report.exit(), Exit::Drained, "{report}");
    assert_eq!(running.status().phase, Phase::Ended);
    for asker in askers {
        asker.await.unwrap();
    }
    while clock_says.next().await.unwrap().payload() != b"over" {}

    // What was not handled was given back, and is handled by the next one.
    let next = started(shop()).await;
    eventually(PATIENCE, "all orders are seen", || seen.all() == (0..ORDERS).collect()).await;
    assert_eq!(next.drain().await.exit(), Exit::Drained);
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut_short_and_named() {
    let server = Server::start().await.unwrap();
    let stubborn = |_: TaskContext| std::future::pending::<()>();
    let shop = app(&server).group("cellar", |group| group.task("stubborn", stubborn));
    let running = started(shop.provide(Pace(Duration::ZERO)).service(Greeter::new)).await;
    let begin = Instant::now();

    let report = running.drain_within(Duration::from_millis(300)).await;

    assert_eq!(report.exit(), Exit::CutShort);
    assert_eq!(report.to_string(), "cut short\n  cellar/task stubborn was aborted");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn handlers_that_a_drain_cancels_are_told_and_their_work_is_given_back() {
    let server = jetstream_server().await;
    let seen = Seen::default();
    let shop = |pace| {
        let shop = app(&server).provision(orders()).provide(seen.clone()).provide(Pace(pace));
        shop.consumer(Billing::new).drain_timeout(Duration::from_secs(1))
    };
    let slow = started(shop(PATIENCE * 3)).await;
    slow.client().jetstream().publish("orders.7.placed", "").await.unwrap();
    let busy = || slow.consumer("billing").unwrap().statistics().in_flight == 1;
    eventually(PATIENCE, "a handler runs", busy).await;

    let report = slow.drain().await;

    let text = "cut short\n  consumer billing on ORDERS failed while it drained";
    assert_eq!((report.exit(), report.to_string()), (Exit::CutShort, text.to_owned()));
    let _next = started(shop(Duration::ZERO)).await;
    eventually(PATIENCE, "the next one handles it", || seen.all() == [7].into()).await;
}

#[tokio::test]
async fn an_abort_waits_for_nobody() {
    let server = Server::start().await.unwrap();
    let shop = app(&server).provide(Pace(Duration::from_secs(4))).service(Greeter::new);
    let running = started(shop).await;
    let client = Client::connect(server.url()).await.unwrap();
    let asked = tokio::spawn(async move {
        client.request("greeter.joe.greet", "").timeout(Duration::from_secs(3)).await
    });
    let busy = || running.client().statistics().in_messages > 0;
    eventually(PATIENCE, "a handler runs", busy).await;
    let begin = Instant::now();

    let report = running.abort().await;

    assert_eq!(report.exit(), Exit::CutShort, "{report}");
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    drop(asked);
}
