//! What becomes of one message.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::bench::{Bench, SPEC, placed};
use crate::protocol::{Message, MessageLayout};
use crate::worker::{Backoff, HandlerFault, IntoSettled, OnPanic, Outcome, RetryPolicy, Settled};

const QUICK: RetryPolicy = RetryPolicy::new()
    .max_attempts(3)
    .backoff(Backoff::exponential(Duration::from_millis(10), Duration::from_secs(1)))
    .jitter(0.0);

#[tokio::test]
async fn an_outcome_becomes_its_acknowledgement() {
    let mut bench = Bench::new(SPEC.retry(QUICK), |cx| {
        Box::pin(async move {
            match cx.param("id") {
                Some("1") => Outcome::Ack.into(),
                Some("2") => Outcome::DoubleAck.into(),
                Some("3") => Outcome::RetryIn(Duration::from_secs(7)).into(),
                Some("4") => Outcome::Term("enough".into()).into(),
                _ => Outcome::Snooze(Duration::from_secs(9)).into(),
            }
        })
    });
    for id in 1..=5 {
        bench.deliver(id, placed(&id.to_string()));
    }
    bench.finish().await;

    let words = ["ack", "double ack", "nak 7s", "term enough", "nak 9s"];
    for (sequence, word) in (1..).zip(words) {
        assert_eq!(bench.log.of(sequence), [word]);
    }
    let statistics = bench.statistics();
    assert_eq!((statistics.received, statistics.handled, statistics.acked), (5, 5, 2));
    assert_eq!((statistics.retried, statistics.snoozed, statistics.terminated), (1, 1, 1));
    assert_eq!(statistics.in_flight, 0);
}

#[tokio::test]
async fn a_panic_is_the_outcome_of_one_message() {
    let mut bench = Bench::new(SPEC.retry(QUICK), |cx| {
        Box::pin(async move {
            assert_ne!(cx.info().stream_sequence, 13, "unlucky");
            ().into_settled()
        })
    });
    for sequence in 1..=30 {
        bench.deliver(sequence, placed("1"));
    }
    bench.finish().await;

    assert_eq!(bench.log.of(13), ["nak 10ms"]);
    let statistics = bench.statistics();
    assert_eq!((statistics.acked, statistics.panicked, statistics.retried), (29, 1, 1));
}

#[tokio::test]
async fn a_panic_can_be_the_end_of_its_message() {
    let spec = SPEC.on_panic(OnPanic::DeadLetter);
    let mut bench = Bench::new(spec, |_| Box::pin(async { panic!("boom") }));

    bench.deliver(1, placed("1"));
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["term the handler panicked: boom"]);
    assert_eq!(bench.shelf.stored.lock().unwrap().len(), 1);
}

// spec: GAP-03
#[tokio::test]
async fn attempts_end_in_a_dead_letter_that_is_stored_before_the_term() {
    let runs = std::sync::Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let mut bench = Bench::new(SPEC.retry(QUICK), move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Err::<(), _>(HandlerFault::new("no bank")).into_settled() })
    });

    for delivery in 1..=4 {
        bench.deliver(1, placed("1"));
        bench.until("a word", |bench| bench.log.of(1).len() == delivery).await;
    }

    assert_eq!(runs.load(Ordering::SeqCst), 3, "the fourth delivery is not run");
    let words = bench.log.of(1);
    assert_eq!(words[..3], ["nak 10ms", "nak 20ms", "term no bank"]);
    let stored = bench.shelf.stored.lock().unwrap();
    assert_eq!(stored[0].subject, "dlq.billing");
    assert_eq!(stored[0].headers.get("Nats-Msg-Id"), Some("dlq:ORDERS:1:billing"));
    assert_eq!(stored[0].headers.get("Dead-Letter-Reason"), Some("no bank"));
    assert_eq!(stored[0].payload, "{}");
}

#[tokio::test]
async fn a_dead_letter_that_cannot_be_stored_is_not_given_up() {
    let mut bench =
        Bench::new(SPEC.retry(QUICK), |_| Box::pin(async { Settled::rejected("not json") }));
    bench.shelf.broken.store(true, Ordering::SeqCst);

    bench.deliver(1, placed("1"));
    bench.until("a word", |bench| bench.log.of(1).len() == 1).await;
    bench.shelf.broken.store(false, Ordering::SeqCst);
    bench.deliver(1, placed("1"));
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["nak 10ms", "term not json"]);
    let statistics = bench.statistics();
    assert_eq!((statistics.dead_letters_failed, statistics.dead_lettered), (1, 1));
}

#[tokio::test]
async fn what_no_handler_can_take_is_a_dead_letter() {
    let mut bench = Bench::new(SPEC, |_| Box::pin(async { Outcome::Ack.into() }));
    let block = b"NATS/1.0\r\nno colon\r\n\r\n";
    let frame = [b"orders.1.placed".as_slice(), block].concat();
    let layout = MessageLayout::packed("orders.1.placed".len(), 0, block.len());

    bench.deliver(1, Message::new("orders.1.shipped", None, None, b""));
    bench.deliver(2, Message::from_frame(frame.into(), layout).unwrap());
    bench.deliver(3, placed("3"));
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["term no route for `orders.1.shipped`"]);
    assert!(
        bench.log.of(2)[0].starts_with("term its headers are malformed"),
        "{:?}",
        bench.log.of(2)
    );
    assert_eq!(bench.log.of(3), ["ack"]);
    let stored = bench.shelf.stored.lock().unwrap();
    let malformed =
        stored.iter().find_map(|letter| letter.headers.get("Dead-Letter-Malformed-Headers"));
    assert_eq!(malformed, Some(r"NATS/1.0\r\nno colon\r\n\r\n"));
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_cancelled() {
    let spec = SPEC.retry(QUICK).timeout(Duration::from_millis(20));
    let mut bench = Bench::new(spec, |_| Box::pin(std::future::pending()));

    bench.deliver(1, placed("1"));
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["nak 10ms"]);
    assert_eq!(bench.statistics().timed_out, 1);
}

// spec: GAP-03
#[tokio::test]
async fn a_lease_is_kept_while_the_handler_runs() {
    let spec = SPEC.ack_wait(Duration::from_millis(200));
    let mut bench = Bench::new(spec, |_| {
        Box::pin(async {
            // Time has to pass: more than two ack waits.
            tokio::time::sleep(Duration::from_millis(500)).await;
            Outcome::Ack.into()
        })
    });

    bench.deliver(1, placed("1"));
    bench.finish().await;

    let words = bench.log.of(1);
    assert!((3..=6).contains(&words.len()), "{words:?}");
    assert_eq!(words.last().unwrap(), "ack");
    assert!(bench.statistics().leases_renewed >= 2);
}

#[tokio::test]
async fn an_expired_delivery_is_not_run() {
    let mut bench = Bench::new(SPEC, |_| Box::pin(async { panic!("must not run") }));

    bench.deliver_since(1, placed("1"), Instant::now() - Duration::from_secs(28));
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["forgotten"]);
    assert_eq!((bench.statistics().stale_skipped, bench.statistics().panicked), (1, 0));
}

#[tokio::test]
async fn what_a_handler_stages_is_stored_before_its_ack_and_only_if_it_ends_well() {
    let mut bench = Bench::new(SPEC.retry(QUICK), |cx| {
        Box::pin(async move {
            let mut out = cx.out();
            out.publish("billing.charged", &7).unwrap();
            out.publish("billing.noted", &8).unwrap();
            if cx.param("id") == Some("1") { Outcome::Ack.into() } else { Outcome::Retry.into() }
        })
    });

    bench.deliver(4, placed("1"));
    bench.deliver(5, placed("2"));
    bench.finish().await;

    let stored = bench.shelf.stored.lock().unwrap();
    let ids: Vec<_> =
        stored.iter().map(|p| p.headers.get("Nats-Msg-Id").unwrap().to_owned()).collect();
    assert_eq!(ids, ["ORDERS:billing:4:0", "ORDERS:billing:4:1"]);
    assert_eq!(bench.log.of(4), ["ack"]);
}

#[tokio::test]
async fn a_staged_message_that_cannot_be_stored_fails_the_attempt() {
    let mut bench = Bench::new(SPEC.retry(QUICK), |cx| {
        Box::pin(async move {
            cx.out().publish("billing.charged", &7).unwrap();
            Outcome::Ack.into()
        })
    });
    bench.shelf.broken.store(true, Ordering::SeqCst);

    bench.deliver(1, placed("1"));
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["nak 10ms"]);
}
