//! The kinds of children, and how their lives begin and end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nats_actors::supervisor::{
    AddError, ChildSpec, Restart, SlotState, StartError, Strategy, Supervisor,
};
use ractor::Actor;

use crate::kit::{Log, Probe, SOON, Say, probe, quick, until};

#[tokio::test(start_paused = true)]
async fn a_task_ends_normally_or_by_error_or_panic() {
    for (turn, error) in [(0, None), (1, Some("no luck")), (2, Some("panicked: bad luck"))] {
        let root = Supervisor::start("root", Strategy::OneForOne, quick());
        let first = AtomicUsize::new(0);
        let spec = ChildSpec::task("t", move |stop| {
            let again = first.fetch_add(1, Ordering::Relaxed) > 0;
            async move {
                match turn {
                    _ if again => stop.stopped().await,
                    1 => return Err("no luck".into()),
                    2 => panic!("bad luck"),
                    _ => {}
                }
                Ok(())
            }
        });
        let slot = root.add(spec.restart(Restart::Transient)).unwrap();
        until(|| slot.epoch() == Some(2) || slot.state() == SlotState::Stopped).await;

        assert_eq!(slot.last_error().as_deref(), error);
        assert_eq!(slot.epoch().is_some(), error.is_some());
        assert!(root.drain(SOON).await.is_clean(), "a task heeds its signal");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_blocks_nobody_and_is_cut_off() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let hangs = ChildSpec::<()>::new("hangs", |_| std::future::pending());
    let hangs = root.add(hangs.start_timeout(Duration::from_secs(3))).unwrap();
    let slot = root.add(probe("a", &log)).unwrap();

    assert_eq!(slot.wait_up(Duration::from_millis(10)).await, Ok(1));
    slot.cast(Say::Fail).unwrap();
    until(|| slot.epoch() == Some(2)).await;
    assert_eq!(hangs.state(), SlotState::Starting { epoch: 1 });

    until(|| hangs.last_error().is_some()).await;
    assert_eq!(hangs.last_error().as_deref(), Some("the start took longer than 3s"));
    until(|| hangs.state() == SlotState::Starting { epoch: 2 }).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_start_had_spawned_is_gone_before_the_next() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let told = log.clone();
    let spec = ChildSpec::<Say>::new("a", move |life| {
        let log = told.clone();
        async move {
            let child = life.spawn(Probe, (life.clone(), log)).await?;
            match life.epoch() {
                1 => return Err(StartError::failed("changed its mind")),
                2 => std::future::pending().await,
                3 => panic!("lost its mind"),
                _ => {}
            }
            Ok(child)
        }
    });
    let slot = root.add(spec.start_timeout(Duration::from_secs(1))).unwrap();

    until(|| slot.epoch() == Some(4)).await;

    assert_eq!(log.text(), "a1+ a1- a2+ a2- a3+ a3- a4+");
}

#[tokio::test(start_paused = true)]
async fn what_else_a_life_spawned_ends_with_it() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let told = log.clone();
    let spec = ChildSpec::new("a", move |life| {
        let log = told.clone();
        async move {
            let guard = Guard(log.clone(), format!("helper{}-", life.epoch()));
            let _ = life.task(move |_| async move {
                let _guard = guard;
                std::future::pending().await
            });
            life.spawn(Probe, (life.clone(), log)).await
        }
    });
    let slot = root.add(spec).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Fail).unwrap();
    until(|| slot.epoch() == Some(2)).await;

    assert_eq!(log.text(), "a1+ a1- helper1- a2+");
}

/// Real threads: a helper that cannot be aborted at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_next_life_waits_for_all_that_the_last_one_spawned() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let (release, blocker) = std::sync::mpsc::channel::<()>();
    let (told, blocker) = (log.clone(), Arc::new(std::sync::Mutex::new(Some(blocker))));
    let slot = root.add(ChildSpec::new("a", move |life| {
        let (log, blocker) = (told.clone(), blocker.lock().unwrap().take());
        async move {
            let guard = Guard(log.clone(), format!("helper{}-", life.epoch()));
            let _ = life.task(move |_| async move {
                let _guard = guard;
                blocker.map(|blocker| blocker.recv());
                Ok(())
            });
            life.spawn(Probe, (life.clone(), log)).await
        }
    }));
    let slot = slot.unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Fail).unwrap();
    let next = until(|| slot.epoch() == Some(2));
    assert!(tokio::time::timeout(Duration::from_millis(200), next).await.is_err());
    release.send(()).unwrap();
    until(|| slot.epoch() == Some(2)).await;

    assert!(log.text().starts_with("a1+ a1- helper1- "), "{}", log.text());
}

struct Guard(Log, String);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.say(self.1.clone());
    }
}

#[tokio::test(start_paused = true)]
async fn an_actor_that_was_spawned_elsewhere_can_be_taken_in() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let told = log.clone();
    let spec = ChildSpec::<Say>::new("a", move |life| {
        let arguments = (life.clone(), told.clone());
        async move {
            let (actor, task) = Probe::spawn(None, Probe, arguments).await?;
            life.adopt(&actor, task)
        }
    });
    let slot = root.add(spec.restart(Restart::Transient)).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Fail).unwrap();
    until(|| slot.epoch() == Some(2)).await;
    slot.cast(Say::Quit).unwrap();
    until(|| slot.state() == SlotState::Stopped).await;

    assert_eq!(log.text(), "a1+ a1- a2+ a2. a2-");
    assert_eq!(slot.last_error().as_deref(), Some("told to fail"));
}

#[tokio::test(start_paused = true)]
async fn names_are_unique_until_the_child_is_gone() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::RestForOne, quick());
    root.add(probe("a", &log)).unwrap();
    let slot = root.add(probe("b", &log)).unwrap();
    let later = root.add(probe("c", &log)).unwrap();
    later.wait_up(SOON).await.unwrap();

    let twin = root.add(probe("b", &log));
    assert_eq!(twin.unwrap_err(), AddError::DuplicateName("b".into()));
    assert!(root.remove("b") && !root.remove("x"));
    until(|| root.status().len() == 2).await;
    assert_eq!(slot.state(), SlotState::Stopped);
    assert_eq!(later.epoch(), Some(1), "its siblings stay");

    let again = root.add(probe("b", &log)).unwrap();
    assert_eq!(again.wait_up(SOON).await, Ok(1));
    assert!(root.drain(SOON).await.is_clean());
    let late = probe("d", &log);
    let slot = late.slot();
    assert_eq!(root.add(late).unwrap_err(), AddError::Closed);
    assert_eq!(slot.state(), SlotState::Stopped);
}

#[tokio::test(start_paused = true)]
async fn thousands_of_temporary_children_leave_nothing() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let ran = Arc::new(AtomicUsize::new(0));
    for n in 0..5_000 {
        let ran = Arc::clone(&ran);
        let spec = ChildSpec::task(format!("t{n}"), move |_| {
            ran.fetch_add(1, Ordering::Relaxed);
            async { Ok(()) }
        });
        root.add(spec.restart(Restart::Temporary)).unwrap();
    }

    until(|| root.status().is_empty()).await;
    assert_eq!(ran.load(Ordering::Relaxed), 5_000);
}
