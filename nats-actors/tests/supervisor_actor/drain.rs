//! Stopping: in which order, how long, and what the report says.

use std::sync::mpsc;
use std::time::Duration;

use nats_actors::supervisor::{
    ChildOutcome, ChildSpec, DrainReport, EndCause, SlotState, StopOrder, Strategy, Supervisor,
};
use tokio::time::Instant;

use crate::kit::{Log, SOON, Say, probe, quick, until};

fn outcomes(report: &DrainReport) -> Vec<(&str, ChildOutcome)> {
    report.children().iter().map(|child| (&*child.name, child.outcome)).collect()
}

#[tokio::test(start_paused = true)]
async fn the_last_child_stops_first_and_is_gone_before_the_next() {
    for strategy in [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll] {
        let log = Log::default();
        let root = Supervisor::start("root", strategy, quick());
        let slots = ["a", "b", "c"].map(|name| root.add(probe(name, &log)).unwrap());
        slots[2].wait_up(SOON).await.unwrap();
        log.clear();

        let report = root.drain(SOON).await;

        assert_eq!(log.text(), "c1. c1- b1. b1- a1. a1-");
        assert!(report.is_clean());
        assert_eq!(report.children().iter().map(|c| &*c.name).collect::<String>(), "cba");
        assert!(slots.iter().all(|slot| slot.state() == SlotState::Stopped));
        assert_eq!(root.try_ended().unwrap().cause, EndCause::Asked);
    }
}

#[tokio::test(start_paused = true)]
async fn a_child_that_hangs_is_aborted_after_its_own_time() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    root.add(probe("a", &log)).unwrap();
    let hangs = root.add(probe("b", &log).shutdown(Duration::from_secs(2))).unwrap();
    hangs.wait_up(SOON).await.unwrap();
    hangs.cast(Say::Sleep(Duration::from_secs(3600))).unwrap();
    let begin = Instant::now();

    let report = root.drain(SOON).await;

    assert_eq!(outcomes(&report), [("b", ChildOutcome::Aborted), ("a", ChildOutcome::Drained)]);
    assert_eq!(begin.elapsed().as_secs(), 2);
    assert!(log.text().ends_with("b1- a1. a1-"));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_for_all_children_together() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    for name in ["a", "b", "c"] {
        let slot = root.add(probe(name, &log)).unwrap();
        slot.wait_up(SOON).await.unwrap();
        slot.cast(Say::Sleep(Duration::from_secs(3600))).unwrap();
    }
    let begin = Instant::now();

    let report = root.drain(Duration::from_secs(1)).await;

    assert!(begin.elapsed() <= Duration::from_secs(1), "{:?}", begin.elapsed());
    assert!(report.children().iter().all(|child| child.outcome == ChildOutcome::Aborted));
    assert_eq!(["a1-", "b1-", "c1-"].map(|line| log.count(line)), [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn an_earlier_deadline_counts_for_a_drain_that_runs() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &Log::default()).shutdown(Duration::from_secs(3600))).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Sleep(Duration::from_secs(3600))).unwrap();
    let begin = Instant::now();

    let patient = root.drain(Duration::from_secs(3600));
    let hasty = root.drain(Duration::from_secs(1));
    let (first, second) = tokio::join!(patient, hasty);

    assert!(begin.elapsed() <= Duration::from_secs(1));
    assert_eq!(first, second);
    assert_eq!(outcomes(&root.abort().await), [("a", ChildOutcome::Aborted)]);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_and_a_long_backoff_do_not_delay_the_end() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let hangs = ChildSpec::<()>::new("hangs", |_| std::future::pending());
    let hangs = root.add(hangs.start_timeout(Duration::MAX)).unwrap();
    let fails = root.add(ChildSpec::task("fails", |_| async { Err("no".into()) })).unwrap();
    until(|| matches!(fails.state(), SlotState::Backoff { .. })).await;
    assert_eq!(hangs.state(), SlotState::Starting { epoch: 1 });
    let begin = Instant::now();

    assert!(root.drain(SOON).await.is_clean());

    assert!(begin.elapsed() < Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn many_children_can_be_stopped_together() {
    let root =
        Supervisor::start("root", Strategy::OneForOne, quick().stop_order(StopOrder::Together));
    for n in 0..100 {
        let slow = ChildSpec::task(format!("t{n}"), |stop| async move {
            stop.stopped().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(())
        });
        root.add(slow).unwrap().wait_up(SOON).await.unwrap();
    }
    let begin = Instant::now();

    assert!(root.drain(SOON).await.is_clean());

    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_drain_goes_on_when_nobody_waits_for_it() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &Log::default())).unwrap();
    slot.wait_up(SOON).await.unwrap();
    drop(tokio::time::timeout(Duration::ZERO, root.drain(SOON)).await);

    until(|| root.try_ended().is_some()).await;
    assert_eq!(slot.state(), SlotState::Stopped);
}

/// Real time and threads: a child that never awaits cannot be killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_child_that_cannot_be_killed_is_named_and_has_no_second_life() {
    let (release, blocker) = mpsc::channel::<()>();
    let blocker = std::sync::Arc::new(std::sync::Mutex::new(Some(blocker)));
    let root = Supervisor::start("root", Strategy::RestForOne, quick());
    let log = Log::default();
    let first = root.add(probe("a", &log)).unwrap();
    let spec = ChildSpec::task("blocks", move |_| {
        let blocker = blocker.lock().unwrap().take();
        async move {
            blocker.map(|blocker| blocker.recv());
            Ok(())
        }
    });
    let stuck = root.add(spec.shutdown(Duration::from_millis(10))).unwrap();
    stuck.wait_up(SOON).await.unwrap();

    first.cast(Say::Fail).unwrap();
    let mut events = root.events();
    while let Some(event) = events.next().await {
        if event.kind == (nats_actors::supervisor::EventKind::Stuck { epoch: 1 }) {
            break;
        }
    }
    assert_eq!(stuck.state(), SlotState::Stopping { epoch: 1 });
    assert_eq!(log.text(), "a1+ a1-", "its sibling waits for it");

    let begin = Instant::now();
    let report = root.drain(Duration::from_millis(400)).await;
    assert!(begin.elapsed() < Duration::from_millis(600));
    assert_eq!(outcomes(&report), [("blocks", ChildOutcome::Abandoned)]);
    release.send(()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn times_beyond_every_clock_are_no_trouble() {
    let root = Supervisor::start(
        "root",
        Strategy::OneForOne,
        quick().intensity(5, Duration::MAX).kill_grace(Duration::MAX),
    );
    let spec = probe("a", &Log::default()).shutdown(Duration::MAX).start_timeout(Duration::MAX);
    let slot = root.add(spec).unwrap();
    assert_eq!(slot.wait_up(Duration::MAX).await, Ok(1));
    slot.cast(Say::Fail).unwrap();
    until(|| slot.epoch() == Some(2)).await;

    assert!(root.drain(Duration::MAX).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn an_abort_asks_nobody() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();
    slot.wait_up(SOON).await.unwrap();

    let report = root.drain(Duration::ZERO).await;

    assert_eq!(outcomes(&report), [("a", ChildOutcome::Aborted)]);
    assert_eq!(log.text(), "a1+ a1-");
}
