//! What ractor does by default, and the supervisor must not.

use std::time::Duration;

use nats_actors::supervisor::{ChildSpec, EndCause, Restart, SlotState, Strategy, Supervisor};
use ractor::Actor;

use crate::kit::{Log, Probe, SOON, Say, probe, quick, until};

/// ractor's default supervisor stops itself with the first child that ends, even normally.
#[tokio::test(start_paused = true)]
async fn the_end_of_a_child_is_not_the_end_of_the_supervisor() {
    for message in [Say::Quit, Say::Fail, Say::Panic] {
        let log = Log::default();
        let root = Supervisor::start("root", Strategy::OneForOne, quick());
        let sibling = root.add(probe("a", &log)).unwrap();
        let slot = root.add(probe("b", &log).restart(Restart::Temporary)).unwrap();
        slot.wait_up(SOON).await.unwrap();
        slot.cast(message).unwrap();
        until(|| slot.state() == SlotState::Stopped).await;
        tokio::time::sleep(Duration::from_secs(60)).await;

        assert!(root.try_ended().is_none());
        assert_eq!(sibling.call(Say::Epoch, SOON).await.unwrap(), 1);
    }
}

/// A ractor parent that stops kills its children: their `post_stop` does not run, their queue is dropped.
#[tokio::test(start_paused = true)]
async fn no_child_is_killed_by_the_stop_of_its_supervisor() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();
    slot.wait_up(SOON).await.unwrap();
    (0..3).for_each(|_| slot.cast(Say::Note("n")).unwrap());

    assert!(root.drain(SOON).await.is_clean());

    assert_eq!(log.text(), "a1+ a1:n a1:n a1:n a1. a1-");
}

/// ractor's `stop` drops the queue and its `kill` skips `post_stop`: only a child that hangs gets there.
#[tokio::test(start_paused = true)]
async fn a_killed_child_has_dropped_its_state_before_the_next_life() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForAll, quick());
    let hangs = root.add(probe("a", &log).shutdown(Duration::from_secs(1))).unwrap();
    let fails = root.add(probe("b", &log)).unwrap();
    fails.wait_up(SOON).await.unwrap();
    hangs.cast(Say::Sleep(Duration::from_secs(3600))).unwrap();
    hangs.cast(Say::Note("never")).unwrap();
    fails.cast(Say::Fail).unwrap();
    until(|| fails.epoch() == Some(2)).await;

    assert_eq!(log.text(), "a1+ b1+ b1- a1- a2+ b2+");
}

/// A crash of a ractor actor loses its mailbox: what was in it is dropped, so that it can tell its sender.
#[tokio::test(start_paused = true)]
async fn a_crash_drops_what_was_queued_before_the_next_life() {
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &Log::default())).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.cast(Say::Panic).unwrap();
    let (port, reply) = tokio::sync::oneshot::channel();
    slot.cast(Say::Epoch(port.into())).unwrap();

    assert!(reply.await.is_err(), "the port came back by being dropped");
    assert_ne!(slot.epoch(), Some(2));
    until(|| slot.epoch() == Some(2)).await;
}

/// One message at a time: a handler that hangs delays ractor's own stop, but not the supervisor.
#[tokio::test(start_paused = true)]
async fn a_child_s_long_handler_does_not_delay_its_siblings() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let busy = root.add(probe("a", &log)).unwrap();
    let slot = root.add(probe("b", &log)).unwrap();
    slot.wait_up(SOON).await.unwrap();
    busy.cast(Say::Sleep(Duration::from_secs(3600))).unwrap();

    slot.cast(Say::Fail).unwrap();
    until(|| slot.epoch() == Some(2)).await;
    assert_eq!(busy.epoch(), Some(1));
}

/// ractor runs `pre_start` inside the caller of `spawn_linked`.
#[tokio::test(start_paused = true)]
async fn a_pre_start_that_hangs_runs_in_a_task_of_its_own() {
    struct Hangs;

    impl Actor for Hangs {
        type Msg = ();
        type State = ();
        type Arguments = ();

        async fn pre_start(
            &self,
            _: ractor::ActorRef<()>,
            (): (),
        ) -> Result<(), ractor::ActorProcessingErr> {
            std::future::pending().await
        }
    }

    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let hangs = ChildSpec::new("h", |life| async move { life.spawn(Hangs, ()).await });
    let hangs = root.add(hangs).unwrap();
    let slot = root.add(probe("a", &Log::default())).unwrap();

    assert_eq!(slot.wait_up(Duration::from_millis(1)).await, Ok(1));
    assert_eq!(hangs.state(), SlotState::Starting { epoch: 1 });
    assert!(root.drain(SOON).await.is_clean());
}

/// ractor's names are global to the process.
#[tokio::test(start_paused = true)]
async fn two_trees_with_the_same_names_live_side_by_side() {
    let log = Log::default();
    let roots = [(); 2].map(|()| Supervisor::start("root", Strategy::OneForOne, quick()));
    for root in &roots {
        let slot = root.add(probe("a", &log)).unwrap();
        assert_eq!(slot.wait_up(SOON).await, Ok(1));
        assert_eq!(slot.current().unwrap().get_name(), None);
    }
}

/// ractor's timers are tasks that nobody owns.
#[tokio::test(start_paused = true)]
async fn nothing_is_left_when_a_supervisor_is_over() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();
    root.add(ChildSpec::task("fails", |_| async { Err("no".into()) })).unwrap();
    slot.wait_up(SOON).await.unwrap();
    let _ = root.drain(SOON).await;

    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    until(|| alive() == before).await;
}

/// Nobody has the supervisor's actor, but ractor gives it to every child.
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_killed_takes_everything_with_it() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let log = Log::default();
    let nested = probe("n", &log);
    let below = nested.slot();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log)).unwrap();
    let task = root.add(ChildSpec::task("t", |_| std::future::pending())).unwrap();
    let group = ChildSpec::supervisor("g", Strategy::OneForOne, quick(), [nested.into()]);
    root.add(group).unwrap();
    until(|| [slot.epoch(), task.epoch(), below.epoch()] == [Some(1); 3]).await;

    slot.current().unwrap().try_get_supervisor().unwrap().kill();

    assert_eq!(root.ended().await.cause, EndCause::Killed);
    until(|| tokio::runtime::Handle::current().metrics().num_alive_tasks() == before).await;
    assert!(log.has("a1-") && log.has("n1-"));
    assert_eq!([slot.state(), below.state()], [SlotState::Stopped, SlotState::Stopped]);
    assert!(root.drain(SOON).await.children().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_actor_that_was_stopped_from_outside_is_treated_as_a_normal_end() {
    let log = Log::default();
    let root = Supervisor::start("root", Strategy::OneForOne, quick());
    let slot = root.add(probe("a", &log).restart(Restart::Transient)).unwrap();
    slot.wait_up(SOON).await.unwrap();
    slot.current().unwrap().stop(None);

    until(|| slot.state() == SlotState::Stopped).await;
    let _ = Probe;
}
