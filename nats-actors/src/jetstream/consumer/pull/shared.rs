//! What the actor, its tasks, the reader and every delivery of one running consumer share.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::{broadcast, watch};

use super::buffer::{Arrival, Buffer};
use super::ledger::Ledger;
use super::message::PullMsg;
use super::state::{MessagesEvent, MessagesState, MessagesStatus};
use super::tally::Tally;
use crate::client::Client;
use crate::jetstream::consumer::verb;
use crate::jetstream::{AckPolicy, Consumer};
use crate::protocol::Message;
use crate::supervisor::{Slot, SlotState};

/// What outlives a crash of the actor: the buffer, the count of leases, and what is shown outside.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) consumer: Consumer,
    /// The server's ack wait, as far as it is known.
    pub(crate) ack_wait: Option<Duration>,
    /// Whether the consumer wants acknowledgements at all.
    pub(crate) acks: bool,
    pub(crate) buffer: Buffer,
    pub(crate) ledger: Ledger,
    pub(crate) tally: Tally,
    pub(crate) events: broadcast::Sender<MessagesEvent>,
    /// Messages that may be in flight.
    max_in_flight: AtomicUsize,
    slot: OnceLock<Slot<PullMsg>>,
    state: watch::Sender<MessagesState>,
    /// Never taken back, so that a life that begins after an order obeys it too.
    ending: watch::Sender<Ending>,
    last_delivery: AtomicU64,
    last_heartbeat: AtomicU64,
    expired: AtomicU64,
    recoveries: AtomicU64,
}

/// How it is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    Not,
    Drain,
    Stop,
}

/// Events that a slow observer may be behind before it misses some.
const EVENTS: usize = 64;

impl Shared {
    pub(crate) fn new(consumer: Consumer, max_in_flight: usize) -> Self {
        let config = consumer.cached_info().map(|info| &info.config);
        let ack_wait = config.and_then(|config| {
            let first = config.backoff.first().copied();
            first.or(config.ack_wait).filter(|wait| !wait.is_zero())
        });
        let acks = config.is_none_or(|config| config.ack_policy != AckPolicy::None);
        Self {
            ack_wait: ack_wait.filter(|_| acks),
            acks,
            consumer,
            buffer: Buffer::new(),
            ledger: Ledger::new(),
            tally: Tally::new(),
            events: broadcast::Sender::new(EVENTS),
            max_in_flight: AtomicUsize::new(max_in_flight),
            slot: OnceLock::new(),
            state: watch::Sender::new(MessagesState::Pulling),
            ending: watch::Sender::new(Ending::Not),
            last_delivery: AtomicU64::new(0),
            last_heartbeat: AtomicU64::new(0),
            expired: AtomicU64::new(0),
            recoveries: AtomicU64::new(0),
        }
    }

    pub(crate) fn client(&self) -> &Client {
        self.consumer.jetstream().client()
    }

    /// A message is settled, or nobody will settle it here.
    pub(crate) fn release(&self, message: &Message) {
        if self.ledger.release(message.wire_size()) {
            self.tell(PullMsg::Credit);
        }
    }

    /// Tells the actor; while none is up there is nobody who would need it.
    pub(crate) fn tell(&self, message: PullMsg) {
        if let Some(slot) = self.slot.get() {
            let _ = slot.cast(message);
        }
    }

    /// Where the actor is reached from now on; only the first one counts.
    pub(crate) fn connect(&self, slot: Slot<PullMsg>) {
        let _ = self.slot.set(slot);
    }

    /// The states of the actor's lives.
    pub(crate) fn slot_states(&self) -> Option<watch::Receiver<SlotState>> {
        self.slot.get().map(Slot::watch)
    }

    /// Gives messages back that nobody was given.
    pub(crate) fn give_back<'a>(&self, messages: impl IntoIterator<Item = &'a Message>) {
        for message in messages {
            if let Some(reply) = message.reply().filter(|_| self.acks) {
                let _ = self.client().try_publish(reply, verb::NAK);
            }
            self.release(message);
        }
    }

    /// Whether the lease of a buffered message is as good as over: it must not be handed out. The
    /// server delivers it again, sooner if it can still be given back.
    pub(crate) fn has_expired(&self, (message, at): &Arrival) -> bool {
        let Some(ack_wait) = self.ack_wait else { return false };
        let age = at.elapsed();
        if age < ack_wait.mul_f64(verb::LEASE_SAFETY) {
            return false;
        }
        self.expired.fetch_add(1, Ordering::Relaxed);
        if age < ack_wait {
            self.give_back([message]);
        } else {
            self.release(message);
        }
        true
    }

    /// Asks for the end, of this life and of every further one; the strongest order counts.
    pub(crate) fn order(&self, ending: Ending) {
        self.ending.send_if_modified(|ordered| {
            let news = ending > *ordered;
            if news {
                *ordered = ending;
            }
            news
        });
    }

    pub(crate) fn orders(&self) -> watch::Receiver<Ending> {
        self.ending.subscribe()
    }

    pub(crate) fn max_in_flight(&self) -> usize {
        self.max_in_flight.load(Ordering::Relaxed)
    }

    pub(crate) fn set_max_in_flight(&self, messages: usize) {
        self.max_in_flight.store(messages, Ordering::Relaxed);
        self.tell(PullMsg::Credit);
    }

    /// Messages that may be buffered: pulls keep below half of it, unless a server that was given
    /// up answers after all.
    pub(crate) fn most_buffered(&self) -> usize {
        self.max_in_flight().saturating_mul(2)
    }

    pub(crate) fn show(&self, state: MessagesState) {
        self.state.send_if_modified(|shown| {
            let news = *shown != state && *shown != MessagesState::Ended;
            if news {
                *shown = state;
                if matches!(state, MessagesState::Recovering(_)) {
                    self.recoveries.fetch_add(1, Ordering::Relaxed);
                }
            }
            news
        });
    }

    pub(crate) fn watch(&self) -> watch::Receiver<MessagesState> {
        self.state.subscribe()
    }

    pub(crate) fn saw_delivery(&self) {
        self.last_delivery.store(millis(SystemTime::now()), Ordering::Relaxed);
    }

    pub(crate) fn saw_heartbeat(&self) {
        self.last_heartbeat.store(millis(SystemTime::now()), Ordering::Relaxed);
    }

    pub(crate) fn status(&self) -> MessagesStatus {
        MessagesStatus {
            state: *self.state.borrow(),
            last_delivery: time(self.last_delivery.load(Ordering::Relaxed)),
            last_heartbeat: time(self.last_heartbeat.load(Ordering::Relaxed)),
            buffered: self.buffer.len(),
            in_flight: self.ledger.leased().messages,
            expired: self.expired.load(Ordering::Relaxed),
            recoveries: self.recoveries.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Shared {
    /// Nobody is left who could hand it out.
    fn drop(&mut self) {
        let rest = self.buffer.take_all();
        self.give_back(rest.iter().map(|(message, _)| message));
    }
}

fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn time(millis: u64) -> Option<SystemTime> {
    (millis > 0).then(|| SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
}
