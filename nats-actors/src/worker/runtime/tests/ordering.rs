//! Order by key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::bench::{Bench, SPEC, placed};
use crate::worker::{
    Backoff, ConsumerSpec, KeyOrder, OnKeyFailure, OrderedBy, Outcome, RetryPolicy, Settled,
};

fn ordered(on_failure: OnKeyFailure) -> ConsumerSpec {
    let retry =
        RetryPolicy::new().max_attempts(3).backoff(Backoff::fixed(Duration::from_millis(5)));
    SPEC.retry(retry).ordered(KeyOrder::new(OrderedBy::Param("id")).lanes(8).on_failure(on_failure))
}

/// Every third message fails once, and handlers take turns.
fn failing_at_first(
    done: Arc<Mutex<Vec<u64>>>,
) -> impl for<'a> Fn(crate::worker::DeliveryCx<'a>) -> futures_util::future::BoxFuture<'a, Settled>
{
    move |cx| {
        let done = Arc::clone(&done);
        Box::pin(async move {
            let sequence = cx.info().stream_sequence;
            tokio::task::yield_now().await;
            if sequence % 3 == 0 && cx.attempt() == 1 {
                return Outcome::Retry.into();
            }
            done.lock().unwrap().push(sequence);
            Outcome::Ack.into()
        })
    }
}

// spec: GAP-02
#[tokio::test]
async fn a_held_lane_keeps_the_order_of_each_key_under_failures() {
    let done = Arc::new(Mutex::new(Vec::new()));
    let mut bench = Bench::new(ordered(OnKeyFailure::Hold), failing_at_first(done.clone()));

    for sequence in 0..300 {
        bench.deliver(sequence, placed(&(sequence % 7).to_string()));
    }
    bench.finish().await;

    let mut by_key: HashMap<u64, Vec<u64>> = HashMap::new();
    for sequence in done.lock().unwrap().iter() {
        by_key.entry(sequence % 7).or_default().push(*sequence);
    }
    assert_eq!(by_key.values().map(Vec::len).sum::<usize>(), 300);
    assert!(by_key.values().all(|sequences| sequences.is_sorted()), "{by_key:?}");
    assert_eq!((bench.statistics().acked, bench.statistics().retried), (300, 100));
    assert_eq!(bench.statistics().lanes_held, 0);
}

// spec: GAP-02
#[tokio::test]
async fn keys_do_not_wait_for_each_other() {
    let mut bench = Bench::new(ordered(OnKeyFailure::Hold), |cx| {
        Box::pin(async move {
            match cx.param("id") {
                Some("slow") => std::future::pending().await,
                _ => Outcome::Ack.into(),
            }
        })
    });

    bench.deliver(1, placed("slow"));
    bench.deliver(2, placed("slow"));
    bench.deliver(3, placed("quick"));
    bench.until("the quick one", |bench| bench.log.of(3) == ["ack"]).await;

    assert!(bench.log.of(2).is_empty());
    bench.abort().await;
    assert_eq!(
        (bench.log.of(1), bench.log.of(2)),
        (vec!["dropped".into()], vec!["dropped".into()])
    );
}

#[tokio::test]
async fn a_key_that_cannot_be_handled_is_buried_and_its_lane_goes_on() {
    let mut bench = Bench::new(ordered(OnKeyFailure::Hold), |cx| {
        let sequence = cx.info().stream_sequence;
        Box::pin(
            async move { if sequence == 1 { Outcome::Retry.into() } else { Outcome::Ack.into() } },
        )
    });

    bench.deliver(1, placed("a"));
    bench.deliver(2, placed("a"));
    bench.finish().await;

    assert!(bench.log.of(1)[0].starts_with("term"));
    assert_eq!(bench.log.of(2), ["ack"]);
    assert_eq!(
        bench.shelf.stored.lock().unwrap()[0].headers.get("Dead-Letter-Attempts"),
        Some("3")
    );
    assert_eq!(bench.statistics().handled, 4);
}

#[tokio::test]
async fn a_skipped_message_comes_back_while_its_lane_goes_on() {
    let done = Arc::new(Mutex::new(Vec::new()));
    let mut bench = Bench::new(ordered(OnKeyFailure::Skip), failing_at_first(done.clone()));

    bench.deliver(3, placed("a"));
    bench.deliver(4, placed("a"));
    bench.finish().await;

    assert!(bench.log.of(3)[0].starts_with("nak "));
    assert_eq!(*done.lock().unwrap(), [4]);
}

#[tokio::test]
async fn a_halted_consumer_runs_nothing_behind_the_failure() {
    let mut bench = Bench::new(ordered(OnKeyFailure::Halt), |cx| {
        let sequence = cx.info().stream_sequence;
        Box::pin(
            async move { if sequence == 1 { Outcome::Retry.into() } else { Outcome::Ack.into() } },
        )
    });

    bench.deliver(1, placed("a"));
    bench.deliver(2, placed("a"));
    bench.finish().await;

    assert!(bench.pipeline.board.is_paused());
    assert!(bench.log.of(1)[0].starts_with("nak "), "with a delay");
    assert_eq!(bench.log.of(2), ["nak"], "given back at once");
    assert_eq!(bench.statistics().handled, 3);
}
