//! Supervisors as children.

use std::time::Duration;

use nats_actors::supervisor::{
    ChildSpec, EndCause, Exhausted, ParkReason, SlotState, Strategy, Supervisor, SupervisorOptions,
};

use crate::kit::{Log, SOON, Say, probe, quick, until};

/// Gives up at the second failure.
fn touchy() -> SupervisorOptions {
    quick().intensity(1, Duration::from_secs(60))
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_gives_up_is_restarted_with_all_its_children() {
    let log = Log::default();
    let (b, c) = (probe("b", &log), probe("c", &log));
    let (slot, sibling) = (b.slot(), c.slot());
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let group = ChildSpec::supervisor("group", Strategy::OneForOne, touchy(), [b.into(), c.into()]);
    let group = root.add(group).unwrap();
    let mut states = slot.watch();
    let written_off =
        tokio::spawn(async move { states.wait_for(SlotState::is_final).await.is_ok() });
    for life in 1..=2 {
        until(|| slot.epoch() == Some(life)).await;
        slot.cast(Say::Fail).unwrap();
    }

    until(|| slot.epoch() == Some(3) && sibling.epoch() == Some(2)).await;

    assert!(!written_off.is_finished(), "it was to come back all the time");
    assert_eq!(group.epoch(), Some(2));
    assert_eq!(group.last_error().as_deref(), Some("gave up on `b`: told to fail"));
    assert_eq!(log.text(), "b1+ c1+ b1- b2+ b2- c1. c1- b3+ c2+");
    let status = root.status();
    assert_eq!((status[0].restarts, status[0].children[0].restarts), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn giving_up_goes_up_to_the_root() {
    let log = Log::default();
    let spec = probe("b", &log);
    let slot = spec.slot();
    let root = Supervisor::start("root", Strategy::OneForOne, touchy());
    root.add(ChildSpec::supervisor("group", Strategy::OneForOne, touchy(), [spec.into()])).unwrap();
    for life in 1..=4 {
        until(|| slot.epoch() == Some(life)).await;
        slot.cast(Say::Fail).unwrap();
    }

    let error = "gave up on `b`: told to fail".into();
    assert_eq!(root.ended().await.cause, EndCause::Escalated { child: "group".into(), error });
    assert_eq!(slot.state(), SlotState::Stopped);
}

#[tokio::test(start_paused = true)]
async fn the_wish_to_exit_is_not_answered_with_a_restart() {
    let spec = probe("b", &Log::default());
    let slot = spec.slot();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let options = touchy().exhausted(Exhausted::Exit);
    root.add(ChildSpec::supervisor("group", Strategy::OneForOne, options, [spec.into()])).unwrap();
    for life in 1..=2 {
        until(|| slot.epoch() == Some(life)).await;
        slot.cast(Say::Panic).unwrap();
    }

    assert!(matches!(root.ended().await.cause, EndCause::Exit { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_parked_supervisor_takes_its_children_s_slots_along() {
    let spec = probe("b", &Log::default());
    let slot = spec.slot();
    let root = Supervisor::start(
        "root",
        Strategy::OneForOne,
        quick().intensity(0, Duration::from_secs(60)).exhausted(Exhausted::Park),
    );
    let options = quick().intensity(0, Duration::from_secs(60));
    root.add(ChildSpec::supervisor("group", Strategy::OneForOne, options, [spec.into()])).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Fail).unwrap();

    until(|| matches!(slot.state(), SlotState::Parked(ParkReason::Exhausted(_)))).await;
    assert!(root.retry("group"));
    until(|| slot.epoch() == Some(2)).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_goes_down_the_tree_in_reverse() {
    let log = Log::default();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| probe(name, &log));
    let (hangs, last) = (c.slot(), d.slot());
    let root = Supervisor::start("root", Strategy::RestForOne, quick());
    root.add(a).unwrap();
    let c = c.shutdown(Duration::from_millis(500));
    let group = ChildSpec::supervisor("g", Strategy::RestForOne, quick(), [b.into(), c.into()]);
    root.add(group).unwrap();
    root.add(d).unwrap();
    until(|| hangs.epoch().is_some() && last.epoch().is_some()).await;
    hangs.cast(Say::Sleep(Duration::from_secs(3600))).unwrap();
    log.clear();

    let begin = tokio::time::Instant::now();
    let report = root.drain(Duration::from_secs(2)).await;

    assert!(begin.elapsed() <= Duration::from_secs(2), "{:?}", begin.elapsed());
    let lines: Vec<_> =
        report.children().iter().map(|c| format!("{} {:?}", c.name, c.outcome)).collect();
    assert_eq!(lines[..3], ["d Drained", "g/c Aborted", "g/b Drained"].map(String::from)[..]);
    assert!(!report.is_clean());
    assert!(log.text().starts_with("d1. d1- c1-"));
}

#[tokio::test(start_paused = true)]
async fn the_root_tells_the_events_of_the_whole_tree() {
    let spec = probe("b", &Log::default());
    let slot = spec.slot();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    root.add(ChildSpec::supervisor("g", Strategy::OneForOne, quick(), [spec.into()])).unwrap();
    until(|| slot.epoch().is_some()).await;
    assert!(root.drain(SOON).await.is_clean());

    let mut events = root.events();
    let names: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|e| e.child).collect();

    assert!(names.iter().any(|name| &**name == "g/b"), "{names:?}");
}
