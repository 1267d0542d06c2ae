//! The pool of servers against a model of it, over random lives of a client (ADR-40).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use nats_actors::session::ServerPool;
use proptest::collection::vec;
use proptest::prelude::*;

type Address = u8;
type Draw = Option<fn(usize) -> usize>;

/// The order that is kept, and some that are drawn; one draws beside what it was asked for.
const DRAWS: [Draw; 5] = [
    None,
    Some(|_| 0),
    Some(|below| below - 1),
    Some(|below| below / 2),
    Some(|below| below.wrapping_mul(7)),
];

/// What may happen to a client, as its pool sees it.
#[derive(Clone, Debug)]
enum Step {
    /// An INFO names these.
    Told(Vec<Address>),
    /// The user gives others.
    Replace(Vec<Address>),
    /// The user's choice, which may be unknown.
    Choose(Address),
    /// An attempt, and whether it works.
    Dial(bool),
    /// One that nobody asked the pool for has worked, or failed: the client moves, too.
    Worked(Address),
    Failed(Address),
    /// The connection is lost.
    Lose,
}

fn addresses() -> impl Strategy<Value = Vec<Address>> {
    vec(0_u8..8, 0..6)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => addresses().prop_map(Step::Told),
        1 => addresses().prop_map(Step::Replace),
        1 => (0_u8..8).prop_map(Step::Choose),
        6 => proptest::bool::weighted(0.3).prop_map(Step::Dial),
        1 => (0_u8..8).prop_map(Step::Worked),
        1 => (0_u8..8).prop_map(Step::Failed),
        2 => Just(Step::Lose),
    ]
}

/// A server in plain words.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    address: Address,
    given: bool,
    failures: u32,
    tried: bool,
}

/// The pool in plain words, in the order of its pass.
struct Model {
    servers: Vec<Known>,
    max_failures: Option<u32>,
    current: Option<Address>,
    left: Option<Address>,
    latest: Option<Address>,
}

impl Model {
    fn new(given: &[Address], max_failures: Option<u32>) -> Self {
        let mut model =
            Self { servers: Vec::new(), max_failures, current: None, left: None, latest: None };
        given.iter().for_each(|address| model.add(*address, true));
        model
    }

    fn add(&mut self, address: Address, given: bool) {
        if self.servers.iter().all(|server| server.address != address) {
            self.servers.push(Known { address, given, failures: 0, tried: false });
        }
    }

    fn find(&mut self, address: Address) -> Option<&mut Known> {
        self.servers.iter_mut().find(|server| server.address == address)
    }

    fn due(&self) -> Vec<Address> {
        self.servers.iter().filter(|server| !server.tried).map(|server| server.address).collect()
    }
}

/// A pool beside its model.
struct Pair {
    pool: ServerPool<Address>,
    model: Model,
}

impl Pair {
    fn step(&mut self, step: &Step, draw: Draw) -> Result<(), TestCaseError> {
        match step {
            Step::Told(told) => self.told(told)?,
            Step::Replace(given) => self.replace(given),
            Step::Choose(address) => {
                let chosen = self.pool.choose(address);
                prop_assert_eq!(chosen, self.model.find(*address).is_some());
                if chosen {
                    self.had_a_turn(*address);
                }
            }
            Step::Dial(works) => self.dial(*works, draw)?,
            Step::Worked(address) => self.connected(*address)?,
            Step::Failed(address) => self.failed(*address)?,
            Step::Lose => {
                self.model.left = self.model.current.take();
                self.pool.lost(draw);
                self.pass_begins(draw)?;
            }
        }
        self.check()
    }

    fn had_a_turn(&mut self, address: Address) {
        self.model.find(address).unwrap().tried = true;
        self.model.latest = Some(address);
    }

    /// Those that are named come, those that are not go: but not who was given, nor who is in use.
    fn told(&mut self, told: &[Address]) -> Result<(), TestCaseError> {
        let before = self.model.servers.clone();
        let model = &mut self.model;
        if !told.is_empty() {
            let current = model.current;
            model.servers.retain(|server| {
                server.given || told.contains(&server.address) || current == Some(server.address)
            });
            told.iter().for_each(|address| model.add(*address, false));
        }
        let change = self.pool.update(told.iter().copied());
        let only_in = |one: &[Known], other: &[Known]| -> Vec<Address> {
            let known = |address| other.iter().any(|server| server.address == address);
            one.iter().map(|server| server.address).filter(|address| !known(*address)).collect()
        };
        prop_assert_eq!(&change.added, &only_in(&model.servers, &before));
        prop_assert_eq!(&change.removed, &only_in(&before, &model.servers));
        prop_assert_eq!(change.is_empty(), change.added.len() + change.removed.len() == 0);
        Ok(())
    }

    /// All others go; what is known of who stays is kept.
    fn replace(&mut self, given: &[Address]) {
        let before = std::mem::take(&mut self.model.servers);
        for address in given {
            self.model.add(*address, true);
        }
        for server in &mut self.model.servers {
            if let Some(known) = before.iter().find(|known| known.address == server.address) {
                *server = Known { given: true, ..known.clone() };
            }
        }
        self.pool.replace(given.iter().copied());
    }

    fn dial(&mut self, works: bool, draw: Draw) -> Result<(), TestCaseError> {
        if self.pool.pass_is_over() {
            self.model.left = None;
            self.pool.begin_pass(draw);
            self.pass_begins(draw)?;
        }
        let due = self.model.due();
        let Some(address) = self.pool.try_next() else {
            prop_assert!(due.is_empty());
            return Ok(());
        };
        prop_assert!(due.contains(&address), "{address} had its turn, or is unknown");
        prop_assert_eq!(self.pool.was_left(&address), self.model.left == Some(address));
        let (left, latest) = (self.model.left, self.model.latest);
        let rather = |other: &&Address| {
            (Some(**other) == left, Some(**other) == latest)
                < (Some(address) == left, Some(address) == latest)
        };
        prop_assert_eq!(due.iter().find(rather), None, "the lost one comes last, no one twice");
        let as_willing = |other: &&Address| Some(**other) != left && Some(**other) != latest;
        if let Some(first) = due.iter().find(as_willing) {
            prop_assert_eq!(first, &address, "those that are due come in their order");
        }
        self.had_a_turn(address);
        if works { self.connected(address) } else { self.failed(address) }
    }

    fn connected(&mut self, address: Address) -> Result<(), TestCaseError> {
        self.pool.connected(&address);
        self.model.current = Some(address);
        self.model.latest = Some(address);
        if let Some(server) = self.model.find(address) {
            server.failures = 0;
        }
        prop_assert_eq!(self.pool.current(), Some(&address));
        Ok(())
    }

    /// Each server has a budget of its own.
    fn failed(&mut self, address: Address) -> Result<(), TestCaseError> {
        let failures = self.model.find(address).map_or(0, |server| {
            server.failures += 1;
            server.failures
        });
        let leaves = self.model.max_failures.is_some_and(|max| failures >= max);
        if leaves {
            self.model.servers.retain(|server| server.address != address);
        }
        prop_assert_eq!(self.pool.failed(&address, "refused"), leaves);
        Ok(())
    }

    /// Everybody has a turn again; an order that is drawn holds the same servers.
    fn pass_begins(&mut self, draw: Draw) -> Result<(), TestCaseError> {
        let order: Vec<Address> = self.pool.servers().map(|server| server.address).collect();
        if draw.is_some() {
            let known: BTreeMap<Address, Known> =
                self.model.servers.drain(..).map(|server| (server.address, server)).collect();
            prop_assert_eq!(order.iter().copied().collect::<BTreeSet<_>>().len(), known.len());
            prop_assert!(order.iter().all(|address| known.contains_key(address)));
            self.model.servers = order.iter().map(|address| known[address].clone()).collect();
        }
        self.model.servers.iter_mut().for_each(|server| server.tried = false);
        Ok(())
    }

    /// What is always true.
    fn check(&self) -> Result<(), TestCaseError> {
        let shown = self.pool.servers().map(|s| (s.address, !s.discovered, s.failures));
        let known = self.model.servers.iter().map(|s| (s.address, s.given, s.failures));
        prop_assert_eq!(shown.collect::<Vec<_>>(), known.collect::<Vec<_>>());
        prop_assert_eq!(self.pool.len(), self.model.servers.len());
        prop_assert_eq!(self.pool.is_empty(), self.model.servers.is_empty());
        prop_assert_eq!(self.pool.current(), self.model.current.as_ref());
        prop_assert_eq!(self.pool.pass_is_over(), self.model.due().is_empty());
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    // spec: A40-03, A40-17, A40-19, A40-21, A40-31, A40-32, CON-10, CON-17, CON-19, CON-32
    #[test]
    fn a_pool_keeps_who_was_given_follows_who_is_told_and_gives_everybody_a_turn(
        given in vec(0_u8..8, 1..6),
        max_failures in proptest::option::of(1_u32..4),
        steps in vec((step(), 0..DRAWS.len()), 0..80),
    ) {
        let pool = ServerPool::new(given.iter().copied(), max_failures);
        let mut pair = Pair { pool, model: Model::new(&given, max_failures) };
        pair.check()?;
        for (step, draw) in &steps {
            pair.step(step, DRAWS[*draw])?;
        }
    }
}

/// Each order is as likely as each other one.
// spec: A40-03, A40-21
#[test]
fn an_order_that_is_drawn_favours_nobody() {
    const ROUNDS: usize = 6_000;
    let mut pool = ServerPool::new([0_u8, 1, 2], None);
    let mut orders: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for _ in 0..ROUNDS {
        pool.begin_pass(Some(|below| fastrand::usize(..below)));
        let order = pool.servers().map(|server| server.address).collect();
        *orders.entry(order).or_default() += 1;
    }
    assert_eq!(orders.len(), 6, "{orders:?}");
    // Six standard deviations.
    let even = ROUNDS / 6;
    assert!(orders.values().all(|count| count.abs_diff(even) < 180), "{orders:?}");
}
