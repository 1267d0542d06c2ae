//! Handles: what they take, what comes back, and that they stay valid.

use std::time::Duration;

use nats_actors::supervisor::{
    CallError, ChildSpec, ParkReason, Restart, SlotState, StartError, Strategy, Supervisor,
};

use crate::kit::{Log, SOON, Say, probe, quick, until};

#[tokio::test(start_paused = true)]
async fn what_no_life_takes_comes_back_with_the_state() {
    let log = Log::default();
    let spec = probe("a", &log).restart(Restart::Transient);
    let slot = spec.slot();
    let refused = || slot.cast(Say::Note("x")).unwrap_err();
    assert_eq!(refused().state(), &SlotState::Waiting);

    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    root.add(spec).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Fail).unwrap();
    until(|| matches!(slot.state(), SlotState::Backoff { .. })).await;
    assert!(refused().is_retryable());
    assert!(matches!(refused().into_message(), Say::Note("x")));

    until(|| slot.epoch() == Some(2)).await;
    slot.cast(Say::Quit).unwrap();
    until(|| slot.state() == SlotState::Stopped).await;
    assert!(!refused().is_retryable());
    assert_eq!(slot.wait_up(SOON).await.unwrap_err().state(), &SlotState::Stopped);
    assert!(slot.current().is_none() && slot.epoch().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_call_says_whether_it_may_have_been_handled() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &Log::default())).unwrap();
    slot.wait_up(SOON).await.unwrap();

    assert_eq!(slot.call(Say::Epoch, SOON).await.unwrap(), 1);
    assert!(matches!(slot.call(Say::Ignore, SOON).await, Err(CallError::NoReply)));

    slot.cast(Say::Sleep(Duration::from_secs(60))).unwrap();
    let late = slot.call(Say::Epoch, Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(late, CallError::TimedOut) && late.maybe_executed());

    let waiting = slot.call(Say::Epoch, Duration::from_secs(120));
    let (lost, ()) = tokio::join!(waiting, async { slot.current().unwrap().kill() });
    assert!(matches!(lost, Err(CallError::NoReply)), "the mailbox died with the life");

    until(|| slot.epoch().is_none()).await;
    let refused = slot.call(Say::Epoch, SOON).await.unwrap_err();
    assert!(matches!(refused, CallError::Undelivered(_)) && !refused.maybe_executed());
}

#[tokio::test(start_paused = true)]
async fn a_kill_through_an_old_handle_is_a_failure_of_the_current_life() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &Log::default()).restart(Restart::Transient)).unwrap();
    for life in 1..4 {
        until(|| slot.epoch() == Some(life)).await;
        slot.current().unwrap().kill();
    }

    until(|| slot.epoch() == Some(4)).await;
    assert_eq!(slot.last_error().as_deref(), Some("killed"));
}

#[tokio::test(start_paused = true)]
async fn what_was_accepted_before_a_stop_is_handled_before_it() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();
    slot.wait_up(SOON).await.unwrap();
    (0..100).for_each(|_| slot.cast(Say::Note("n")).unwrap());

    assert!(root.drain(SOON).await.is_clean());

    assert_eq!(log.count("a1:n"), 100);
    assert!(log.text().ends_with("a1. a1-"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_accepted_behind_a_drain_message() {
    let log = Log::default();
    let (root, drained) = (Supervisor::start("root", Strategy::OneForOne, quick()), log.clone());
    let spec = ChildSpec::new("a", {
        let probe = probe("inner", &log);
        move |life| {
            let (_, log) = (&probe, drained.clone());
            async move {
                let child = life.spawn(crate::kit::Probe, (life.clone(), log)).await?;
                Ok(child.drain_with(|actor| {
                    let _ = actor.cast(Say::Sleep(Duration::from_secs(1)));
                    let _ = actor.cast(Say::Quit);
                }))
            }
        }
    });
    let slot = root.add(spec).unwrap();
    slot.wait_up(SOON).await.unwrap();
    let drain = tokio::spawn({
        let root = root.clone();
        async move { root.drain(SOON).await }
    });
    until(|| matches!(slot.state(), SlotState::Stopping { .. })).await;

    let refused = slot.cast(Say::Note("late")).unwrap_err();
    assert_eq!(refused.state(), &SlotState::Stopping { epoch: 1 });
    assert!(slot.current().is_some(), "the actor can still be looked at");
    assert!(drain.await.unwrap().is_clean());
    assert_eq!(log.text(), "a1+ a1. a1-");
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_early_when_nobody_will_start_the_child() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let wrong = ChildSpec::<()>::new("w", |_| async { Err(StartError::config("no")) });
    let slot = root.add(wrong).unwrap();

    let not_up = slot.wait_up(Duration::MAX).await.unwrap_err();

    assert!(matches!(not_up.state(), SlotState::Parked(ParkReason::Config(_))));
}

/// Real threads: a sender that races with the stop. The drain message stops the actor, and whatever is behind it is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_that_races_with_a_stop_knows_what_was_handled() {
    for _ in 0..50 {
        let log = Log::default();
        let root = Supervisor::start("root", Strategy::OneForOne, quick());
        let told = log.clone();
        let slot = root.add(ChildSpec::new("a", move |life| {
            let arguments = (life.clone(), told.clone());
            async move {
                let child = life.spawn(crate::kit::Probe, arguments).await?;
                Ok(child.drain_with(|actor| drop(actor.cast(Say::Quit))))
            }
        }));
        let slot = slot.unwrap();
        slot.wait_up(SOON).await.unwrap();
        let sender = std::thread::spawn(move || {
            let mut accepted = 0;
            while slot.cast(Say::Note("n")).is_ok() {
                accepted += 1;
            }
            accepted
        });
        until(|| log.has("a1:n")).await;
        assert!(root.drain(SOON).await.is_clean());

        assert_eq!(log.count("a1:n"), sender.join().unwrap());
    }
}
