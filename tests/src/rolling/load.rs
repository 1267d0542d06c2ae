//! What a cluster has to do while its servers are replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nats_actors::{Client, ConnectOptions, Error, Events, HandoverPolicy, PendingLimits};
use nats_actors::{Subscription, SubscriptionHandle};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::ledger::Ledger;
use super::pace::Pace;
use super::report::LoadReport;
use super::requests::{Requests, ask};
use crate::{echo, eventually};

pub(super) const PATIENCE: Duration = Duration::from_secs(30);

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
    rates: Rates,
    stop: Arc<AtomicBool>,
    plain: [Arc<Ledger>; 2],
    grouped: Arc<Ledger>,
    requests: Arc<Requests>,
    work: Vec<JoinHandle<u64>>,
    _subscriptions: Vec<SubscriptionHandle>,
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
            rates,
            stop: Arc::default(),
            plain: Default::default(),
            grouped: Arc::default(),
            requests: Arc::default(),
            work: Vec::new(),
            _subscriptions: Vec::new(),
        };
        load.listen().await?;
        load.work();
        Ok(load)
    }

    async fn listen(&mut self) -> Result<(), Error> {
        let [asking, answering, plain, group, publisher, both] = self.clients.as_slice() else {
            return Ok(());
        };
        let mut handles = Vec::new();
        for client in [answering, group, publisher] {
            let subscribe = client.subscribe("load.ask").queue("desk");
            handles.push(subscribe.for_each(64, echo(client)).await?);
        }
        for client in [answering, group, both] {
            let ledger = Arc::clone(&self.grouped);
            let note = move |message: nats_actors::Message| {
                ledger.note(message.subject(), message.payload());
                std::future::ready(())
            };
            let subscribe = client.subscribe("load.group").queue("members");
            handles.push(subscribe.for_each(1, note).await?);
        }
        // One of both listens to itself, too.
        for (client, ledger) in [plain, both].into_iter().zip(&self.plain) {
            let limits = PendingLimits::new(10_000_000, 1 << 30);
            let subscription = client.subscribe("load.plain.*").limits(limits).await?;
            tokio::spawn(listen(subscription, Arc::clone(ledger)));
        }
        asking.flush().await?;
        self._subscriptions = handles;
        Ok(())
    }

    fn work(&mut self) {
        let rates = self.rates;
        let [asking, _, _, _, publisher, both] = self.clients.as_slice() else { return };
        let stop = || Arc::clone(&self.stop);
        self.work = vec![
            tokio::spawn(publish(publisher.clone(), "load.plain.0", rates.plain, stop())),
            tokio::spawn(publish(both.clone(), "load.plain.1", rates.plain, stop())),
            tokio::spawn(publish(asking.clone(), "load.group", rates.grouped, stop())),
        ];
        let requests = Arc::clone(&self.requests);
        self.work.push(tokio::spawn(ask(asking.clone(), rates.requests, requests, stop())));
    }

    /// How many requests were answered so far.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.requests.answered()
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
        let [first, second, grouped, per_second] = sent.as_slice() else {
            return LoadReport::default();
        };
        self.arrive(first + second, *grouped).await;
        let plain = |ledger: &Ledger| {
            let of = |what: fn(&Ledger, &str) -> u64| {
                what(ledger, "load.plain.0") + what(ledger, "load.plain.1")
            };
            [of(Ledger::arrived), of(Ledger::repeated), of(Ledger::out_of_order)]
        };
        let requests = &self.requests;
        let mut report = LoadReport {
            requests: (requests.sent(), requests.answered()),
            rate: (self.rates.requests, *per_second),
            slowest: requests.slowest(),
            errors: requests.errors(),
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
