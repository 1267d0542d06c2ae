//! What outlives a connection: everything that its successor needs.

use std::hash::RandomState;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use tokio::sync::{oneshot, watch};

use super::dial::Dialer;
use super::entropy::entropy;
use super::event_log::EventLog;
use super::handover::Moving;
use super::inlet::Inlet;
use super::life::Life;
use super::live::Live;
use super::lock::lock;
use super::outbox::Outbox;
use super::queue::{End, Queue};
use super::reminder::Reminder;
use super::state::ConnectionState;
use super::statistics::{Counters, Statistics};
use super::transport::TlsState;
use super::waiter::Waiter;
use super::watched::Watched;
use crate::error::{Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::client_op;
use crate::protocol::{Nuid, ServerInfo, check_subject};
use crate::session::{Interest, Overflow, PendingLimits, Replies, ServerPool};

/// The state of a client that survives its connections: subscriptions, requests, the outgoing stream, the events.
///
/// The locks are taken in this order, each for a few instructions: interest, replies, outbox.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: ConnectOptions,
    pub(crate) outbox: Outbox,
    pub(super) dialer: Arc<Dialer>,
    pub(super) pool: Mutex<ServerPool<ServerAddr>>,
    pub(super) interest: Mutex<Interest<Inlet>>,
    pub(super) replies: Mutex<Replies<Waiter>>,
    pub(super) reminder: Reminder,
    pub(super) watched: Watched,
    pub(crate) events: Arc<EventLog>,
    pub(super) state: watch::Sender<ConnectionState>,
    pub(super) info: Mutex<Arc<ServerInfo>>,
    pub(super) counters: Counters,
    /// The tasks of the present epoch; here, so that a crashed actor's successor can stop them.
    pub(super) live: Mutex<Option<Live>>,
    pub(super) life: Life,
    /// What there is while two connections stand.
    pub(super) moving: Moving,
    /// Who wants to know how the first connection went.
    pub(super) first: Mutex<Option<oneshot::Sender<Result<(), Error>>>>,
    /// A reply is overdue: the server may be gone.
    pub(super) suspicion: AtomicBool,
    /// Every handle is gone.
    pub(super) released: AtomicBool,
    nuid: Mutex<Nuid>,
    /// The keys that make the tokens of requests unpredictable.
    pub(super) secrets: RandomState,
    /// `<prefix>.<unique>.`, to which a token is added.
    pub(super) reply_prefix: String,
    pub(super) replies_wanted: AtomicBool,
}

impl Shared {
    pub(super) fn new(options: ConnectOptions, servers: Vec<ServerAddr>) -> Result<Self, Error> {
        check_inbox_prefix(&options.inbox_prefix)?;
        let mut nuid: Nuid = Nuid::new(entropy);
        let reply_prefix = format!("{}.{}.", options.inbox_prefix, nuid.next_name());
        Ok(Self {
            dialer: Arc::new(Dialer::new(options.clone(), &servers)?),
            outbox: Outbox::new(&options, &reply_prefix),
            pool: Mutex::new(ServerPool::new(servers, options.reconnect.max_failures())),
            interest: Mutex::default(),
            replies: Mutex::default(),
            reminder: Reminder::default(),
            watched: Watched::default(),
            events: Arc::default(),
            state: watch::Sender::new(ConnectionState::Connecting),
            info: Mutex::default(),
            counters: Counters::default(),
            live: Mutex::default(),
            life: Life::default(),
            moving: Moving::default(),
            first: Mutex::default(),
            suspicion: AtomicBool::new(false),
            released: AtomicBool::new(false),
            nuid: Mutex::new(nuid),
            secrets: RandomState::new(),
            reply_prefix,
            replies_wanted: AtomicBool::new(false),
            options,
        })
    }

    pub(crate) fn new_inbox(&self) -> String {
        format!("{}.{}", self.options.inbox_prefix, lock(&self.nuid).next_name())
    }

    /// Adds a subscription and tells the server about it.
    pub(crate) fn subscribe(
        &self,
        pattern: &str,
        queue_group: Option<&str>,
        max_messages: Option<u64>,
        limits: PendingLimits,
        overflow: Overflow,
    ) -> Result<(u64, Arc<Queue>), Error> {
        let queue = Arc::new(Queue::new(pattern, limits, overflow, Arc::clone(&self.events)));
        let inlet = Inlet::queue(Arc::clone(&queue));
        let mut interest = lock(&self.interest);
        match *self.state.borrow() {
            ConnectionState::Closed => return Err(Error::new(ErrorKind::Closed).on(pattern)),
            state if state.is_draining() => {
                return Err(Error::new(ErrorKind::Draining).on(pattern));
            }
            _ => {}
        }
        let entry = interest.insert(pattern, queue_group, max_messages, inlet);
        let sid = entry.ok_or_else(|| Error::new(ErrorKind::TooMany).on(pattern))?.sid();
        self.announce(&mut interest, sid);
        Ok((sid, queue))
    }

    /// Ends a subscription behind `max` messages since it began, which may be now.
    pub(crate) fn unsubscribe_after(&self, sid: u64, max: u64) {
        let mut interest = lock(&self.interest);
        let Some(entry) = interest.get_mut(sid) else { return };
        let told = entry.set_max_messages(max);
        if entry.is_complete() {
            drop(interest);
            return self.unsubscribe(sid);
        }
        if let Some(max) = told.filter(|_| !entry.is_draining()) {
            self.outbox.control(|out| client_op::encode_unsub(out, sid, Some(max)));
        }
    }

    /// Ends a subscription at once; what waits in its queue can still be taken.
    pub(crate) fn unsubscribe(&self, sid: u64) {
        let mut interest = lock(&self.interest);
        let Some(entry) = interest.remove(sid) else { return };
        self.outbox.control(|out| client_op::encode_unsub(out, sid, None));
        drop(interest);
        entry.target.end(End::Finished);
    }

    pub(crate) fn server_info(&self) -> Arc<ServerInfo> {
        Arc::clone(&lock(&self.info))
    }

    /// The TLS of the present connection.
    pub(crate) fn tls_state(&self) -> Option<Arc<TlsState>> {
        lock(&self.live).as_ref().and_then(|live| live.tls.clone())
    }

    pub(crate) fn connection_state(&self) -> watch::Receiver<ConnectionState> {
        self.state.subscribe()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.state.borrow().is_connected()
    }

    pub(crate) fn is_closed(&self) -> bool {
        *self.state.borrow() == ConnectionState::Closed
    }

    pub(crate) fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::default();
        self.counters.fill(&mut statistics);
        self.outbox.fill(&mut statistics);
        statistics.subscriptions = lock(&self.interest).len() as u64;
        statistics.requests_waiting = lock(&self.replies).len() as u64;
        statistics
    }
}

/// Bytes that the prefix of inboxes may have, so that subject and reply subject fit into a control line.
const MAX_INBOX_PREFIX: usize = 256;

fn check_inbox_prefix(prefix: &str) -> Result<(), Error> {
    let bad = || Error::new(ErrorKind::BadOptions).on(prefix);
    check_subject(prefix).map_err(|error| bad().because(error))?;
    if prefix.len() > MAX_INBOX_PREFIX {
        return Err(bad().detail("an inbox prefix has at most 256 bytes"));
    }
    Ok(())
}
