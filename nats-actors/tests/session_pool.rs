//! The pool of servers against a model of it, over random lives of a client.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;

use nats_actors::session::ServerPool;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

type Address = u8;

/// What may happen to a pool.
#[derive(Clone, Debug)]
enum Step {
    Told(Vec<Address>),
    Replace(Vec<Address>),
    BeginPass,
    Try,
    Choose(Address),
    Connected(Address),
    Failed(Address),
    Lost,
}

fn addresses() -> impl Strategy<Value = Vec<Address>> {
    btree_set(0_u8..8, 0..6).prop_map(|all| all.into_iter().collect())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => addresses().prop_map(Step::Told),
        1 => addresses().prop_map(Step::Replace),
        2 => Just(Step::BeginPass),
        8 => Just(Step::Try),
        1 => (0_u8..8).prop_map(Step::Choose),
        2 => (0_u8..8).prop_map(Step::Connected),
        4 => (0_u8..8).prop_map(Step::Failed),
        2 => Just(Step::Lost),
    ]
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Known {
    discovered: bool,
    failures: u32,
    tried: bool,
}

/// The same in plain words.
#[derive(Debug)]
struct Model {
    servers: BTreeMap<Address, Known>,
    most: Option<u32>,
    current: Option<Address>,
    left: Option<Address>,
}

impl Model {
    fn told(&mut self, told: &[Address]) {
        if told.is_empty() {
            return;
        }
        let current = self.current;
        self.servers.retain(|address, known| {
            !known.discovered || told.contains(address) || current == Some(*address)
        });
        for address in told {
            let new = Known { discovered: true, ..Known::default() };
            self.servers.entry(*address).or_insert(new);
        }
    }

    fn replace(&mut self, given: &[Address]) {
        let before = std::mem::take(&mut self.servers);
        for address in given {
            let known = before.get(address).copied().unwrap_or_default();
            self.servers.insert(*address, Known { discovered: false, ..known });
        }
    }

    fn begin_pass(&mut self) {
        self.left = None;
        self.servers.values_mut().for_each(|known| known.tried = false);
    }

    fn failed(&mut self, address: Address) -> bool {
        let Some(known) = self.servers.get_mut(&address) else { return false };
        known.failures += 1;
        let leaves = self.most.is_some_and(|most| known.failures >= most);
        if leaves {
            self.servers.remove(&address);
        }
        leaves
    }

    fn untried(&self) -> Vec<Address> {
        let untried = self.servers.iter().filter(|(_, known)| !known.tried);
        untried.map(|(address, _)| *address).collect()
    }

    /// Whether it is right to try this one now.
    fn tries(&mut self, next: Option<Address>) -> bool {
        let untried = self.untried();
        let Some(next) = next else { return untried.is_empty() };
        let last = self.left == Some(next) && untried.len() > 1;
        if let Some(known) = self.servers.get_mut(&next) {
            known.tried = true;
        }
        untried.contains(&next) && !last
    }
}

fn apply(
    pool: &mut ServerPool<Address>,
    model: &mut Model,
    step: &Step,
) -> Result<(), TestCaseError> {
    match step {
        Step::Told(told) => {
            let before: Vec<_> = model.servers.keys().copied().collect();
            model.told(told);
            let change = pool.update(told.iter().copied());
            let is_new = |address: &&Address| !before.contains(address);
            let added: Vec<_> = model.servers.keys().filter(is_new).copied().collect();
            let is_gone = |address: &&Address| !model.servers.contains_key(address);
            let mut removed: Vec<_> = before.iter().filter(is_gone).copied().collect();
            let mut gone = change.removed;
            gone.sort_unstable();
            removed.sort_unstable();
            prop_assert_eq!((change.added, gone), (added, removed));
        }
        Step::Replace(given) => {
            model.replace(given);
            pool.replace(given.iter().copied());
        }
        Step::BeginPass => {
            model.begin_pass();
            pool.begin_pass(Some(|below| below / 2));
        }
        Step::Try => {
            let next = pool.try_next();
            prop_assert!(model.tries(next), "{next:?} of {model:?}");
        }
        Step::Choose(address) => {
            let known = model.servers.get_mut(address).map(|known| known.tried = true);
            prop_assert_eq!(pool.choose(address), known.is_some());
        }
        Step::Connected(address) => {
            model.current = Some(*address);
            if let Some(known) = model.servers.get_mut(address) {
                known.failures = 0;
            }
            pool.connected(address);
        }
        Step::Failed(address) => prop_assert_eq!(pool.failed(address, "x"), model.failed(*address)),
        Step::Lost => {
            model.begin_pass();
            model.left = model.current.take();
            pool.lost(None);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    // spec: A40-17, A40-19, A40-21, CON-10, CON-19
    #[test]
    fn a_pool_tries_each_server_once_a_pass_and_forgets_the_right_ones(
        given in addresses(),
        most in proptest::option::of(1_u32..4),
        steps in vec(step(), 0..100),
    ) {
        let mut pool = ServerPool::new(given.iter().copied(), most);
        let mut model = Model { servers: BTreeMap::new(), most, current: None, left: None };
        model.replace(&given);
        for step in &steps {
            apply(&mut pool, &mut model, step)?;
            let known: BTreeMap<_, _> = pool
                .servers()
                .map(|server| (server.address, (server.discovered, server.failures)))
                .collect();
            let expected: BTreeMap<_, _> = model
                .servers
                .iter()
                .map(|(address, known)| (*address, (known.discovered, known.failures)))
                .collect();
            prop_assert_eq!(known, expected);
            prop_assert_eq!(pool.len(), model.servers.len(), "each is there once");
            prop_assert_eq!(pool.pass_is_over(), model.untried().is_empty());
            prop_assert_eq!(pool.current().copied(), model.current);
            let left = (0..8).find(|address| pool.was_left(address));
            prop_assert_eq!(left, model.left);
        }
    }
}
