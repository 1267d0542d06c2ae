//! Drains, pauses and crashes.

use std::time::{Duration, Instant};

use super::bench::{Bench, SPEC, placed};
use crate::worker::board::Phase;
use crate::worker::{Disposition, KeyOrder, OrderedBy, Outcome, Settled};

#[tokio::test]
async fn a_drain_finishes_what_runs_and_gives_back_what_waits_and_rests() {
    let order = KeyOrder::new(OrderedBy::Param("id")).lanes(1);
    let mut bench = Bench::new(SPEC.ordered(order), |_| {
        Box::pin(async { Outcome::RetryIn(Duration::from_secs(60)).into() })
    });
    for sequence in 1..=3 {
        bench.deliver(sequence, placed("a"));
    }
    bench.until("the first rests", |bench| bench.statistics().lanes_held == 1).await;

    bench.pipeline.board.drain(Instant::now());
    bench.shed(Duration::ZERO);
    bench.finish().await;

    assert_eq!(bench.log.of(1), ["nak 60s"]);
    assert_eq!(
        (bench.log.of(2), bench.log.of(3)),
        (vec!["nak".to_owned()], vec!["nak".to_owned()])
    );
    assert_eq!((bench.statistics().given_back, bench.statistics().in_flight), (3, 0));
}

#[tokio::test]
async fn a_fatal_error_pauses_and_nothing_more_runs() {
    let mut bench = Bench::new(SPEC, |_| {
        Box::pin(async { Settled::failure(Disposition::Fatal, "the ledger is newer than us") })
    });

    bench.deliver(1, placed("1"));
    bench.until("a word", |bench| bench.log.of(1).len() == 1).await;
    bench.deliver(2, placed("2"));
    bench.finish().await;

    assert!(bench.log.of(1)[0].starts_with("nak "), "{:?}", bench.log.of(1));
    assert_eq!(bench.log.of(2), ["nak"]);
    let failure = Some("the ledger is newer than us".into());
    assert_eq!(bench.pipeline.board.phase(), Phase::Paused { until: None, failure });
    assert_eq!(bench.statistics().handled, 1);
}

#[tokio::test]
async fn a_crash_gives_everything_back() {
    let mut bench = Bench::new(SPEC, |_| Box::pin(std::future::pending()));
    for sequence in 1..=20 {
        bench.deliver(sequence, placed("1"));
    }

    bench.abort().await;

    assert!((1..=20).all(|sequence| bench.log.of(sequence) == ["dropped"]));
    assert_eq!(bench.statistics().in_flight, 0);
}

#[tokio::test]
async fn what_was_given_back_or_snoozed_is_no_attempt() {
    let retry = crate::worker::RetryPolicy::new().max_attempts(1);
    let mut bench = Bench::new(SPEC.retry(retry), |cx| {
        let attempt = cx.attempt();
        let delivery = cx.info().num_delivered;
        Box::pin(async move {
            assert_eq!(attempt, 1);
            if delivery < 3 {
                Outcome::Snooze(Duration::from_secs(1)).into()
            } else {
                Outcome::Ack.into()
            }
        })
    });

    for delivery in 1..=3 {
        bench.deliver(1, placed("1"));
        bench.until("a word", |bench| bench.log.of(1).len() == delivery).await;
    }

    assert_eq!(bench.log.of(1), ["nak 1s", "nak 1s", "ack"]);
}
