//! What a cluster has to do while its servers are replaced, and what came of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nats_actors::{Client, ConnectOptions, Error, Event, Events, HandoverPolicy, PendingLimits};
use nats_actors::{Subscription, SubscriptionHandle};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};

use super::ledger::Ledger;
use crate::eventually;

const TICK: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_secs(30);
/// How many requests may be in flight at once.
const IN_FLIGHT: usize = 512;

/// Messages each second.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    requests: u32,
    plain: u32,
    grouped: u32,
}

impl Rates {
    /// Requests, publishes of each of two publishers to plain subscribers, and publishes to a queue group.
    #[must_use]
    pub const fn new(requests: u32, plain: u32, grouped: u32) -> Self {
        Self { requests, plain, grouped }
    }
}

/// Clients on every server of a cluster: who asks and who answers, who publishes and who listens.
///
/// Each publisher numbers its messages; two plain subscribers each must see all of them once and in order, the members
/// of a queue group must see each of theirs once between them.
#[derive(Debug)]
pub struct Load {
    /// Every client of this load.
    pub clients: Vec<Client>,
    events: Vec<Events>,
    stop: Arc<AtomicBool>,
    plain: [Arc<Ledger>; 2],
    grouped: Arc<Ledger>,
    requests: Arc<Requests>,
    work: Vec<JoinHandle<u64>>,
    _subscriptions: Vec<SubscriptionHandle>,
}

#[derive(Debug, Default)]
struct Requests {
    sent: AtomicU64,
    answered: AtomicU64,
    slowest: AtomicU64,
    errors: Mutex<BTreeMap<String, u64>>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LoadReport {
    /// Requests made and answered.
    pub requests: (u64, u64),
    /// The longest time that a request took.
    pub slowest: Duration,
    /// Requests that failed, by what they said.
    pub errors: BTreeMap<String, u64>,
    /// Publishes to plain subscribers, and what each of both got of them: arrived, repeated, out of order.
    pub plain: (u64, [[u64; 3]; 2]),
    /// Publishes to the queue group, and how many arrived and were repeated.
    pub grouped: (u64, [u64; 2]),
    /// Events that tell of a loss, a disconnect or an error, as text.
    pub alarms: Vec<String>,
    /// How often a client moved.
    pub moves: u64,
}

impl Load {
    /// Connects six clients, in turns to each server of `servers` first, and begins.
    ///
    /// # Errors
    ///
    /// When a client cannot connect or subscribe.
    pub async fn start(servers: &[String], rates: Rates) -> Result<Self, Error> {
        let mut clients = Vec::new();
        for first in 0..6 {
            let mut urls = servers.to_vec();
            urls.rotate_left(first % servers.len().max(1));
            let policy = HandoverPolicy::new().delay(Duration::from_millis(300));
            let options = ConnectOptions::new().keep_server_order().handover(policy);
            clients.push(options.connect(urls).await?);
        }
        let mut load = Self {
            events: clients.iter().map(Client::events).collect(),
            clients,
            stop: Arc::default(),
            plain: Default::default(),
            grouped: Arc::default(),
            requests: Arc::default(),
            work: Vec::new(),
            _subscriptions: Vec::new(),
        };
        load.listen().await?;
        load.work(rates);
        Ok(load)
    }

    async fn listen(&mut self) -> Result<(), Error> {
        let [asking, answering, plain, group, publisher, echo] = self.clients.as_slice() else {
            return Ok(());
        };
        let mut handles = Vec::new();
        for client in [answering, group, publisher] {
            let out = client.clone();
            let answer = move |message: nats_actors::Message| {
                let out = out.clone();
                async move {
                    if let Some(reply) = message.reply() {
                        let _ = out.publish(reply, message.payload()).await;
                    }
                }
            };
            handles.push(client.subscribe("load.ask").queue("desk").for_each(64, answer).await?);
        }
        for client in [answering, group, echo] {
            let ledger = Arc::clone(&self.grouped);
            let note = move |message: nats_actors::Message| {
                ledger.note(message.subject(), message.payload());
                std::future::ready(())
            };
            let subscribe = client.subscribe("load.group").queue("members");
            handles.push(subscribe.for_each(1, note).await?);
        }
        // One of both listens to itself, too.
        for (client, ledger) in [plain, echo].into_iter().zip(&self.plain) {
            let limits = PendingLimits::new(10_000_000, 1 << 30);
            let subscription = client.subscribe("load.plain.*").limits(limits).await?;
            tokio::spawn(listen(subscription, Arc::clone(ledger)));
        }
        asking.flush().await?;
        self._subscriptions = handles;
        Ok(())
    }

    fn work(&mut self, rates: Rates) {
        let [asking, _, _, _, publisher, echo] = self.clients.as_slice() else { return };
        let stop = || Arc::clone(&self.stop);
        self.work = vec![
            tokio::spawn(publish(publisher.clone(), "load.plain.0", rates.plain, stop())),
            tokio::spawn(publish(echo.clone(), "load.plain.1", rates.plain, stop())),
            tokio::spawn(publish(asking.clone(), "load.group", rates.grouped, stop())),
        ];
        let requests = Arc::clone(&self.requests);
        self.work.push(tokio::spawn(ask(asking.clone(), rates.requests, requests, stop())));
    }

    /// How many requests were answered so far.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.requests.answered.load(Ordering::SeqCst)
    }

    /// Ends the load, waits until what was sent has arrived, and tells.
    ///
    /// # Panics
    ///
    /// When a task of the load panicked.
    pub async fn finish(mut self) -> LoadReport {
        self.stop.store(true, Ordering::SeqCst);
        let mut sent = Vec::new();
        for task in std::mem::take(&mut self.work) {
            sent.push(task.await.unwrap());
        }
        for client in &self.clients {
            let _ = client.flush().timeout(PATIENCE).await;
        }
        let [first, second, grouped, _] = sent.as_slice() else { return LoadReport::default() };
        self.arrive(first + second, *grouped).await;
        let plain = |ledger: &Ledger| {
            let of = |what: fn(&Ledger, &str) -> u64| {
                what(ledger, "load.plain.0") + what(ledger, "load.plain.1")
            };
            [of(Ledger::arrived), of(Ledger::repeated), of(Ledger::out_of_order)]
        };
        let requests = &self.requests;
        let mut report = LoadReport {
            requests: (requests.sent.load(Ordering::SeqCst), self.answered()),
            slowest: Duration::from_micros(requests.slowest.load(Ordering::SeqCst)),
            errors: requests.errors.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            plain: (first + second, [plain(&self.plain[0]), plain(&self.plain[1])]),
            grouped: (
                *grouped,
                [self.grouped.arrived("load.group"), self.grouped.repeated("load.group")],
            ),
            ..LoadReport::default()
        };
        for events in &mut self.events {
            while let Some(event) = events.try_next() {
                report.see(&event);
            }
        }
        report
    }

    /// Waits until everything arrived, or for as long as it may take.
    async fn arrive(&self, plain: u64, grouped: u64) {
        let end = Instant::now() + Duration::from_secs(5);
        let all = || {
            let of = |ledger: &Ledger| {
                ledger.arrived("load.plain.0") + ledger.arrived("load.plain.1") == plain
            };
            let there = self.plain.iter().all(|ledger| of(ledger));
            (there && self.grouped.arrived("load.group") == grouped) || Instant::now() > end
        };
        eventually(PATIENCE, "what was published has arrived", all).await;
    }
}

impl LoadReport {
    /// Whether every request was answered and every message came once, in order, without an alarm.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let (published, subscribers) = self.plain;
        self.requests.0 == self.requests.1
            && self.errors.is_empty()
            && subscribers.iter().all(|seen| *seen == [published, 0, 0])
            && self.grouped.1 == [self.grouped.0, 0]
            && self.alarms.is_empty()
    }

    fn see(&mut self, event: &Event) {
        match event {
            Event::Moved { .. } => self.moves += 1,
            Event::Disconnected { .. }
            | Event::PublishLoss(_)
            | Event::SlowConsumer { .. }
            | Event::ServerError(_) => self.alarms.push(format!("{event:?}")),
            _ => {}
        }
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (published, [one, two]) = self.plain;
        writeln!(
            f,
            "requests: {} made, {} answered, slowest {:?}, errors {:?}",
            self.requests.0, self.requests.1, self.slowest, self.errors
        )?;
        writeln!(
            f,
            "plain: {published} published; arrived, repeated, out of order: {one:?} {two:?}"
        )?;
        writeln!(
            f,
            "group: {} published; arrived, repeated: {:?}",
            self.grouped.0, self.grouped.1
        )?;
        write!(f, "{} moves, alarms: {:?}", self.moves, self.alarms)
    }
}

async fn listen(mut subscription: Subscription, ledger: Arc<Ledger>) {
    while let Some(message) = subscription.next().await {
        ledger.note(message.subject(), message.payload());
    }
}

/// Publishes numbers until it is to stop; returns how many.
async fn publish(client: Client, subject: &'static str, rate: u32, stop: Arc<AtomicBool>) -> u64 {
    let mut number = 0;
    let mut pace = Pace::new(rate);
    while !stop.load(Ordering::SeqCst) {
        for _ in 0..pace.due().await {
            client.publish(subject, number.to_string()).deadline(PATIENCE).await.unwrap();
            number += 1;
        }
    }
    number
}

async fn ask(client: Client, rate: u32, requests: Arc<Requests>, stop: Arc<AtomicBool>) -> u64 {
    let mut pace = Pace::new(rate);
    let mut flying = JoinSet::new();
    while !stop.load(Ordering::SeqCst) {
        for _ in 0..pace.due().await {
            while flying.len() >= IN_FLIGHT {
                flying.join_next().await;
            }
            while flying.try_join_next().is_some() {}
            let (client, requests) = (client.clone(), Arc::clone(&requests));
            flying.spawn(async move { requests.one(&client).await });
        }
    }
    while flying.join_next().await.is_some() {}
    requests.sent.load(Ordering::SeqCst)
}

impl Requests {
    async fn one(&self, client: &Client) {
        let number = self.sent.fetch_add(1, Ordering::SeqCst).to_string();
        let begin = Instant::now();
        let outcome = match client.request("load.ask", number.as_str()).timeout(PATIENCE).await {
            Ok(reply) if reply.payload() == number.as_bytes() => Ok(()),
            Ok(_) => Err("the answer to another request".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.slowest.fetch_max(took, Ordering::SeqCst);
        match outcome {
            Ok(()) => drop(self.answered.fetch_add(1, Ordering::SeqCst)),
            Err(text) => {
                let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
                *errors.entry(text).or_default() += 1;
            }
        }
    }
}

/// So many a second, in ticks; what a busy machine missed is not made up for.
struct Pace {
    ticks: tokio::time::Interval,
    each: f64,
    rest: f64,
}

impl Pace {
    fn new(rate: u32) -> Self {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Self { ticks, each: f64::from(rate) * TICK.as_secs_f64(), rest: 0.0 }
    }

    async fn due(&mut self) -> u32 {
        self.ticks.tick().await;
        self.rest += self.each;
        let due = self.rest.floor();
        self.rest -= due;
        due as u32
    }
}
