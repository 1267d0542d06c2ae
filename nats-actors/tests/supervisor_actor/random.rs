//! Random histories of crashes, kills, hanging starts, hanging stops and drains, with a ledger of every message.
//!
//! One thread and a clock that stands still while anything can run make a history a function of its seed; every await
//! point of the children yields a random number of times, so that seeds differ in how the tasks interleave.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nats_actors::supervisor::{
    Backoff, ChildSpec, Exhausted, Life, Slot, StartError, Strategy, Supervisor, SupervisorHandle,
    SupervisorOptions,
};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::time::Instant;

use crate::kit::until;

const MS: Duration = Duration::from_millis(1);

#[test]
fn no_message_is_lost_and_no_two_lives_overlap_in_any_history() {
    let mut seen = Totals::default();
    for seed in 0..400 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        seen.add(&runtime.block_on(history(seed, 60)), seed);
    }
    seen.check_that_everything_occurred();
}

/// The same with real threads and real time, for the races that one thread cannot have.
#[test]
fn no_message_is_lost_and_no_two_lives_overlap_on_many_threads() {
    let mut seen = Totals::default();
    for seed in 0..12 {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_time()
            .build()
            .unwrap();
        seen.add(&runtime.block_on(history(seed, 40)), seed);
    }
}

async fn history(seed: u64, steps: usize) -> Ledger {
    let ledger = Ledger::new(seed);
    let strategy = [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll];
    let options = SupervisorOptions::new()
        .backoff(Backoff::new(5 * MS, 40 * MS))
        .intensity(1_000, Duration::from_secs(60))
        .exhausted(Exhausted::Park);
    let root = Supervisor::start("root", strategy[ledger.random(3)], options);
    let slots = ["a", "b", "c"].map(|name| root.add(unruly(name, &ledger)).unwrap());
    for _ in 0..steps {
        step(&ledger, &root, &slots).await;
    }
    if ledger.random(2) == 0 {
        ledger.calm();
        until(|| slots.iter().all(|slot| slot.epoch().is_some())).await;
        slots.iter().for_each(|slot| ledger.send(slot, Deed::Handle));
    }
    let within = (10 + u32::try_from(ledger.random(200)).unwrap()) * MS;
    let begin = Instant::now();
    let report = root.drain(within).await;
    assert!(begin.elapsed() < within + 200 * MS, "{:?} of {within:?}: {report:?}", begin.elapsed());
    until(|| ledger.living() == 0).await;
    drop((slots, root));
    ledger
}

async fn step(ledger: &Ledger, root: &SupervisorHandle, slots: &[Slot<Parcel>]) {
    let slot = &slots[ledger.random(slots.len())];
    match ledger.random(24) {
        0 => ledger.send(slot, Deed::Fail),
        1 => ledger.send(slot, Deed::Panic),
        2 => ledger.send(slot, Deed::Hang),
        3 => slot.current().inspect(|actor| ledger.kill(actor)).map_or((), drop),
        4 => drop(root.retry(slot.name())),
        5 => tokio::time::sleep(u32::try_from(ledger.random(60)).unwrap() * MS).await,
        6..10 => ledger.pause().await,
        _ => ledger.send(slot, Deed::Handle),
    }
}

/// A child whose every life is different.
fn unruly(name: &'static str, ledger: &Ledger) -> ChildSpec<Parcel> {
    let ledger = ledger.clone();
    let spec = ChildSpec::new(name, move |life| start(life, ledger.clone()));
    spec.start_timeout(30 * MS).shutdown(15 * MS)
}

async fn start(
    life: Life,
    ledger: Ledger,
) -> Result<nats_actors::supervisor::Child<Parcel>, StartError> {
    ledger.pause().await;
    let mood = ledger.mood(12);
    if mood == 0 {
        return Err(StartError::failed("not today"));
    }
    let child = life.spawn(Unruly, (life.clone(), ledger.clone())).await?;
    match mood {
        1 => std::future::pending().await,
        2 => Err(StartError::failed("changed its mind")),
        3 => Ok(child.drain_with(|_| {})),
        4 => Ok(child.drain_with(|_| panic!("no drain"))),
        _ => Ok(child),
    }
}

struct Unruly;

/// A life of `Unruly`, from its `pre_start` until its state is dropped.
struct Alive {
    life: Life,
    ledger: Ledger,
    hangs_at_the_end: bool,
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.ledger.end(self.life.name());
    }
}

impl Actor for Unruly {
    type Msg = Parcel;
    type State = Alive;
    type Arguments = (Life, Ledger);

    async fn pre_start(
        &self,
        _: ActorRef<Parcel>,
        (life, ledger): (Life, Ledger),
    ) -> Result<Alive, ActorProcessingErr> {
        ledger.begin(life.name());
        let alive = Alive { hangs_at_the_end: ledger.mood(10) == 0, life, ledger };
        alive.ledger.pause().await;
        Ok(alive)
    }

    async fn handle(
        &self,
        _: ActorRef<Parcel>,
        mut parcel: Parcel,
        alive: &mut Alive,
    ) -> Result<(), ActorProcessingErr> {
        alive.ledger.pause().await;
        parcel.settle(Fate::Handled);
        match parcel.deed {
            Deed::Handle => Ok(()),
            Deed::Fail => Err("told to fail".into()),
            Deed::Panic => panic!("told to panic"),
            Deed::Hang => std::future::pending().await,
        }
    }

    async fn post_stop(
        &self,
        _: ActorRef<Parcel>,
        alive: &mut Alive,
    ) -> Result<(), ActorProcessingErr> {
        if alive.hangs_at_the_end {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Deed {
    Handle,
    Fail,
    Panic,
    Hang,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Handled,
    /// Not accepted.
    Returned,
    /// Accepted, and dropped with the mailbox.
    Dropped,
}

/// A message that says what became of it, once.
struct Parcel {
    number: usize,
    deed: Deed,
    ledger: Ledger,
    settled: bool,
}

impl Parcel {
    fn settle(&mut self, fate: Fate) {
        self.settled = true;
        self.ledger.0.lock().unwrap().fates.entry(self.number).or_default().push(fate);
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if !self.settled {
            self.settle(Fate::Dropped);
        }
    }
}

#[derive(Clone)]
struct Ledger(Arc<Mutex<Book>>);

struct Book {
    random: fastrand::Rng,
    calm: bool,
    sent: usize,
    kills: usize,
    fates: BTreeMap<usize, Vec<Fate>>,
    living: BTreeMap<String, usize>,
    lives: usize,
    overlaps: Vec<String>,
}

impl Ledger {
    fn new(seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self(Arc::new(Mutex::new(Book {
            random,
            calm: false,
            sent: 0,
            kills: 0,
            fates: BTreeMap::new(),
            living: BTreeMap::new(),
            lives: 0,
            overlaps: Vec::new(),
        })))
    }

    fn random(&self, below: usize) -> usize {
        self.0.lock().unwrap().random.usize(..below)
    }

    /// As `random`, but out of range once the children have calmed down.
    fn mood(&self, below: usize) -> usize {
        let calm = self.0.lock().unwrap().calm;
        if calm { below } else { self.random(below) }
    }

    fn calm(&self) {
        self.0.lock().unwrap().calm = true;
    }

    async fn pause(&self) {
        for _ in 0..self.random(4) {
            tokio::task::yield_now().await;
        }
    }

    fn send(&self, slot: &Slot<Parcel>, deed: Deed) {
        let number = {
            let mut book = self.0.lock().unwrap();
            book.sent += 1;
            book.sent
        };
        let parcel = Parcel { number, deed, ledger: self.clone(), settled: false };
        if let Err(undelivered) = slot.cast(parcel) {
            undelivered.into_message().settle(Fate::Returned);
        }
    }

    fn kill(&self, actor: &ActorRef<Parcel>) {
        self.0.lock().unwrap().kills += 1;
        actor.kill();
    }

    fn begin(&self, name: &str) {
        let mut book = self.0.lock().unwrap();
        book.lives += 1;
        let living = book.living.entry(name.to_owned()).or_default();
        *living += 1;
        if *living > 1 {
            // A panic here would be caught as the actor's own.
            book.overlaps.push(name.to_owned());
        }
    }

    fn end(&self, name: &str) {
        *self.0.lock().unwrap().living.get_mut(name).unwrap() -= 1;
    }

    fn living(&self) -> usize {
        self.0.lock().unwrap().living.values().sum()
    }
}

#[derive(Default)]
struct Totals {
    fates: BTreeMap<Fate, usize>,
    lives: usize,
    kills: usize,
}

impl Totals {
    fn add(&mut self, ledger: &Ledger, seed: u64) {
        let book = ledger.0.lock().unwrap();
        assert!(
            book.overlaps.is_empty(),
            "history {seed}: two lives at once of {:?}",
            book.overlaps
        );
        for number in 1..=book.sent {
            let fates = book.fates.get(&number).cloned().unwrap_or_default();
            assert_eq!(fates.len(), 1, "message {number} of history {seed}: {fates:?}");
            *self.fates.entry(fates[0]).or_default() += 1;
        }
        self.lives += book.lives;
        self.kills += book.kills;
    }

    /// A history in which nothing goes wrong proves nothing.
    fn check_that_everything_occurred(&self) {
        let fates = [Fate::Handled, Fate::Returned, Fate::Dropped];
        let counts = fates.map(|fate| self.fates.get(&fate).copied().unwrap_or(0));
        assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
        assert!(
            self.lives > 1_500 && self.kills > 100,
            "{} lives, {} kills",
            self.lives,
            self.kills
        );
    }
}
