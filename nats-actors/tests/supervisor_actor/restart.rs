//! What happens to a child, and to its siblings, when it ends.

use std::time::Duration;

use nats_actors::supervisor::{
    Backoff, ChildSpec, EndCause, EventKind, Exhausted, ParkReason, Restart, SlotState, StartError,
    Strategy, Supervisor, SupervisorOptions,
};
use tokio::time::Instant;

use crate::kit::{Log, SOON, Say, probe, quick, until};

#[tokio::test(start_paused = true)]
async fn a_crash_leads_to_a_new_life_after_the_old_one_is_gone() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();

    for (epoch, crash) in [(1, Say::Fail), (2, Say::Panic)] {
        assert_eq!(slot.wait_up(SOON).await, Ok(epoch));
        slot.cast(crash).unwrap();
        until(|| slot.epoch() == Some(epoch + 1)).await;
    }

    assert_eq!(log.text(), "a1+ a1- a2+ a2- a3+");
    assert_eq!(slot.last_error().as_deref(), Some("told to panic"));
}

#[tokio::test(start_paused = true)]
async fn the_wait_doubles_and_starts_over_after_a_long_life() {
    let log = Log::default();
    let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(30)).jitter(0);
    let options = SupervisorOptions::new().backoff(backoff);
    let root = Supervisor::start("root", Strategy::OneForOne, options);
    let slot = root.add(probe("a", &log)).unwrap();

    let mut waits = Vec::new();
    for life in 1..6 {
        assert_eq!(slot.wait_up(SOON).await, Ok(life));
        if life == 5 {
            tokio::time::sleep(Duration::from_secs(61)).await;
        }
        let crash = Instant::now();
        slot.cast(Say::Fail).unwrap();
        until(|| slot.epoch() == Some(life + 1)).await;
        waits.push(crash.elapsed().as_millis() / 100);
    }

    assert_eq!(waits, [2, 4, 8, 16, 2]);
}

#[tokio::test(start_paused = true)]
async fn the_policy_tells_normal_ends_from_failures() {
    for (restart, message, again) in [
        (Restart::Permanent, Say::Quit, true),
        (Restart::Permanent, Say::Fail, true),
        (Restart::Transient, Say::Quit, false),
        (Restart::Transient, Say::Panic, true),
        (Restart::Temporary, Say::Quit, false),
        (Restart::Temporary, Say::Fail, false),
    ] {
        let root = Supervisor::start("root", Strategy::OneForOne, quick());
        let slot = root.add(probe("a", &Log::default()).restart(restart)).unwrap();
        slot.wait_up(SOON).await.unwrap();
        slot.cast(message).unwrap();
        until(|| slot.epoch() == Some(2) || slot.state() == SlotState::Stopped).await;

        assert_eq!(slot.epoch() == Some(2), again, "{restart:?}");
        assert_eq!(root.status().is_empty(), restart == Restart::Temporary);
    }
}

#[tokio::test(start_paused = true)]
async fn rest_for_one_stops_the_later_ones_backwards_and_starts_them_in_order() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::RestForOne, quick());
    let slots = ["a", "b", "c", "d"].map(|name| root.add(probe(name, &log)).unwrap());
    slots[3].wait_up(SOON).await.unwrap();
    assert_eq!(log.text(), "a1+ b1+ c1+ d1+");
    log.clear();

    slots[1].cast(Say::Fail).unwrap();
    until(|| slots[3].epoch() == Some(2)).await;

    assert_eq!(log.text(), "b1- d1. d1- c1. c1- b2+ c2+ d2+");
    assert_eq!(slots[0].epoch(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn one_for_all_takes_every_sibling_along() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForAll, quick());
    let slots = ["a", "b", "c"].map(|name| root.add(probe(name, &log)).unwrap());
    slots[2].wait_up(SOON).await.unwrap();
    log.clear();

    slots[1].cast(Say::Panic).unwrap();
    until(|| slots[2].epoch() == Some(2)).await;

    assert_eq!(log.text(), "b1- c1. c1- a1. a1- a2+ b2+ c2+");
}

#[tokio::test(start_paused = true)]
async fn the_eleventh_failure_in_a_minute_ends_the_supervisor() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let bystander = root.add(probe("b", &log)).unwrap();
    let slot = root.add(probe("a", &log)).unwrap();
    for life in 1..=11 {
        until(|| slot.epoch() == Some(life)).await;
        slot.cast(Say::Fail).unwrap();
    }
    let ended = root.ended().await;

    let cause = EndCause::Escalated { child: "a".into(), error: "told to fail".into() };
    assert_eq!(ended.cause, cause);
    assert!(log.has("a11+") && !log.has("a12+"));
    assert!(log.has("b1."), "the sibling was stopped well");
    assert_eq!((slot.state(), bystander.state()), (SlotState::Stopped, SlotState::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_parked_child_can_be_retried_by_hand() {
    let log = Log::default();
    let options = quick().intensity(1, Duration::from_secs(60)).exhausted(Exhausted::Park);
    let root = Supervisor::start("root", Strategy::OneForOne, options);
    let sibling = root.add(probe("b", &log)).unwrap();
    let slot = root.add(probe("a", &log)).unwrap();
    for life in 1..=2 {
        until(|| slot.epoch() == Some(life)).await;
        slot.cast(Say::Fail).unwrap();
    }

    let reason = ParkReason::Exhausted("told to fail".into());
    until(|| slot.state() == SlotState::Parked(reason.clone())).await;
    assert!(!slot.cast(Say::Quit).unwrap_err().is_retryable());
    assert_eq!(sibling.epoch(), Some(1));

    assert!(root.retry("a"));
    until(|| slot.epoch() == Some(3)).await;
}

#[tokio::test(start_paused = true)]
async fn a_configuration_error_parks_at_once_and_costs_nothing() {
    let options = quick().intensity(0, Duration::from_secs(60));
    let root = Supervisor::start("root", Strategy::RestForOne, options);
    let wrong =
        ChildSpec::<()>::new("wrong", |_| async { Err(StartError::config("no such file")) });
    let (wrong, later) = (root.add(wrong).unwrap(), root.add(probe("b", &Log::default())).unwrap());

    until(|| wrong.state().is_final() && later.state().is_final()).await;

    let reason = "the configuration does not work: no such file";
    assert_eq!(wrong.state(), SlotState::Parked(ParkReason::Config(reason.into())));
    assert_eq!(later.state(), SlotState::Parked(ParkReason::Sibling("wrong".into())));
    assert!(root.try_ended().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_actor_may_find_out_later_that_its_configuration_is_wrong() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &Log::default())).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::FailConfig).unwrap();

    until(|| matches!(slot.state(), SlotState::Parked(ParkReason::Config(_)))).await;
}

#[tokio::test(start_paused = true)]
async fn every_transition_is_told_in_order() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Fail).unwrap();
    until(|| slot.epoch() == Some(2)).await;
    assert!(root.drain(SOON).await.is_clean());
    let mut events = root.events();
    let mut kinds = Vec::new();
    while let Some(event) = events.next().await {
        assert_eq!((&*event.child, event.sequence), ("a", kinds.len() as u64));
        kinds.push(event.kind);
    }

    let error = Some("told to fail".into());
    assert_eq!(
        kinds,
        [
            EventKind::Starting { epoch: 1 },
            EventKind::Up { epoch: 1 },
            EventKind::Ended { epoch: 1, error },
            EventKind::Backoff { delay: Duration::from_millis(10) },
            EventKind::Starting { epoch: 2 },
            EventKind::Restarted { epoch: 2 },
            EventKind::Stopping { epoch: 2 },
            EventKind::Ended { epoch: 2, error: None },
            EventKind::Stopped,
        ]
    );
}
