//! All interleavings of a few steps, for each strategy; and from every state that they lead to, three futures that must
//! come out well.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use proptest::prelude::*;

use super::world::{Step, World};
use crate::supervisor::core::Policy;
use crate::supervisor::options::{Backoff, SupervisorOptions};
use crate::supervisor::strategy::{Exhausted, Restart, StopOrder, Strategy};

#[test]
fn one_for_one_keeps_its_promises_in_every_interleaving() {
    explore(Strategy::OneForOne, Exhausted::Escalate, StopOrder::Reverse);
}

#[test]
fn one_for_one_that_parks_and_stops_together_does_so_too() {
    explore(Strategy::OneForOne, Exhausted::Park, StopOrder::Together);
}

#[test]
fn rest_for_one_keeps_its_promises_in_every_interleaving() {
    explore(Strategy::RestForOne, Exhausted::Escalate, StopOrder::Reverse);
}

#[test]
fn rest_for_one_that_parks_does_so_too() {
    explore(Strategy::RestForOne, Exhausted::Park, StopOrder::Reverse);
}

#[test]
fn one_for_all_keeps_its_promises_in_every_interleaving() {
    explore(Strategy::OneForAll, Exhausted::Exit, StopOrder::Reverse);
}

#[test]
fn one_for_all_that_parks_does_so_too() {
    explore(Strategy::OneForAll, Exhausted::Park, StopOrder::Reverse);
}

/// Breadth first, so that the first violation is found on a shortest path.
fn explore(strategy: Strategy, exhausted: Exhausted, order: StopOrder) {
    for (children, depth) in [(2, 6), (3, 5)] {
        let mut seen = HashSet::new();
        let mut frontier = vec![(world(strategy, exhausted, order, children), Vec::new())];
        for _ in 0..depth {
            let mut next = Vec::new();
            for (world, path) in frontier.iter().filter(|(world, _)| !world.finished) {
                for step in world.steps(children) {
                    next.extend(successor(world, path, step, children, &mut seen));
                }
            }
            frontier = next;
        }
        assert!(seen.len() > 1_000, "only {} states were visited", seen.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Deeper than all interleavings can be followed.
    #[test]
    fn long_random_histories_keep_the_promises(
        strategy in prop::sample::select(vec![Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll]),
        exhausted in prop::sample::select(vec![Exhausted::Escalate, Exhausted::Park, Exhausted::Exit]),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 1..120),
    ) {
        let mut world = world(strategy, exhausted, StopOrder::Reverse, 4);
        for choice in choices {
            let steps = without_the_end(&world.steps(4));
            if steps.is_empty() || world.finished {
                break;
            }
            world.take(*choice.get(&steps));
        }
        check_futures(&world, 4);
    }
}

/// Random histories would end soon if every step could be the last.
fn without_the_end(steps: &[Step]) -> Vec<Step> {
    steps.iter().copied().filter(|step| !matches!(step, Step::Drain | Step::Abort)).collect()
}

fn world(strategy: Strategy, exhausted: Exhausted, order: StopOrder, children: u64) -> World {
    let second = Duration::from_secs(1);
    let options = SupervisorOptions::new()
        .backoff(Backoff::new(second, second).jitter(0))
        .exhausted(exhausted)
        .stop_order(order);
    let restarts = [Restart::Permanent, Restart::Transient, Restart::Permanent, Restart::Temporary];
    let policy = |restart| Policy { restart, shutdown: Duration::from_secs(2) };
    let children = usize::try_from(children).unwrap();
    World::new(strategy, options, &restarts.map(policy)[..children])
}

/// The state after a step, unless it has been seen.
fn successor(
    world: &World,
    path: &[Step],
    step: Step,
    children: u64,
    seen: &mut HashSet<u64>,
) -> Option<(World, Vec<Step>)> {
    let path: Vec<_> = path.iter().copied().chain([step]).collect();
    let _shown = PathOnPanic(path.clone());
    let mut world = world.clone();
    world.take(step);
    seen.insert(hash(&world)).then(|| {
        world.check_that_other_epochs_are_ignored();
        check_futures(&world, children);
        (world, path)
    })
}

/// Whatever happened: when all obey, everything comes to rest; a supervisor that gave up ends even if nobody obeys; and
/// one that is drained ends by the deadline, with children that obey and with children that do nothing at all.
fn check_futures(world: &World, children: u64) {
    let timeout = |world: &World| world.core.next_timeout().map(|_| Step::Timeout);
    let mut rest = world.clone();
    run(&mut rest, World::obedient_step);
    rest.check_rest(children);

    let mut hangs = world.clone();
    run(&mut hangs, timeout);
    assert!(hangs.finished || !hangs.is_closing(), "giving up never ends");

    for (millis, hang) in [(4_000, false), (4_000, true), (40, true)] {
        let mut drained = world.clone();
        drained.drain(Duration::from_millis(millis));
        drained.obey();
        drained.check();
        run(&mut drained, if hang { timeout } else { World::obedient_step });
        assert!(drained.finished, "a drain that never ends");
    }
}

fn run(world: &mut World, next: impl Fn(&World) -> Option<Step>) {
    for _ in 0..200 {
        match next(world).filter(|_| !world.finished) {
            Some(step) => world.take(step),
            None => return,
        }
    }
    panic!("it never comes to rest");
}

fn hash(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

/// Prints how a violation was reached.
struct PathOnPanic(Vec<Step>);

impl Drop for PathOnPanic {
    #[expect(clippy::print_stderr, reason = "the only way to say it from a panic")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("after {:?}", self.0);
        }
    }
}
