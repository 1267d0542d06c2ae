//! What outlives a connection: everything that its successor needs.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::sync::{oneshot, watch};

use super::entropy::entropy;
use super::event_log::EventLog;
use super::inlet::Inlet;
use super::life::Life;
use super::live::Live;
use super::lock::lock;
use super::outbox::{Outbound, Outbox, Refusal};
use super::queue::{End, Queue};
use super::state::ConnectionState;
use super::statistics::{Counters, Statistics};
use super::waiter::{Outcome, Waiter};
use crate::error::{Error, ErrorKind};
use crate::options::{ConnectOptions, ServerAddr};
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, Nuid, ServerInfo, check_subject};
use crate::session::{Interest, Overflow, PendingLimits, Replies, ServerPool, Token};

/// The state of a client that survives its connections: subscriptions, requests, the outgoing stream, the events.
///
/// The locks are taken in this order, each for a few instructions: interest, replies, outbox.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: ConnectOptions,
    pub(crate) outbox: Outbox,
    pub(super) pool: Mutex<ServerPool<ServerAddr>>,
    pub(super) interest: Mutex<Interest<Inlet>>,
    pub(super) replies: Mutex<Replies<Waiter>>,
    pub(crate) events: Arc<EventLog>,
    pub(super) state: watch::Sender<ConnectionState>,
    pub(super) info: Mutex<Arc<ServerInfo>>,
    pub(super) counters: Counters,
    /// The tasks of the present epoch; here, so that a crashed actor's successor can stop them.
    pub(super) live: Mutex<Option<Live>>,
    pub(super) life: Life,
    /// Who wants to know how the first connection went.
    pub(super) first: Mutex<Option<oneshot::Sender<Result<(), Error>>>>,
    /// A reply is overdue: the server may be gone.
    pub(super) suspicion: AtomicBool,
    /// Every handle is gone.
    pub(super) released: AtomicBool,
    nuid: Mutex<Nuid>,
    /// The keys that make the tokens of requests unpredictable.
    secrets: RandomState,
    /// `<prefix>.<unique>.`, to which a token is added.
    reply_prefix: String,
    replies_wanted: AtomicBool,
}

impl Shared {
    pub(super) fn new(options: ConnectOptions, servers: Vec<ServerAddr>) -> Result<Self, Error> {
        check_subject(&options.inbox_prefix).map_err(|error| {
            Error::new(ErrorKind::BadOptions).on(&options.inbox_prefix).because(error)
        })?;
        let mut nuid: Nuid = Nuid::new(entropy);
        let reply_prefix = format!("{}.{}.", options.inbox_prefix, nuid.next_name());
        Ok(Self {
            outbox: Outbox::new(&options),
            pool: Mutex::new(ServerPool::new(servers, options.reconnect.max_failures())),
            interest: Mutex::default(),
            replies: Mutex::default(),
            events: Arc::default(),
            state: watch::Sender::new(ConnectionState::Connecting),
            info: Mutex::default(),
            counters: Counters::default(),
            live: Mutex::default(),
            life: Life::default(),
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
        self.outbox.control(|out| interest.announce(sid, out));
        Ok((sid, queue))
    }

    /// Ends a subscription at once; what waits in its queue can still be taken.
    pub(crate) fn unsubscribe(&self, sid: u64) {
        let mut interest = lock(&self.interest);
        let Some(entry) = interest.remove(sid) else { return };
        self.outbox.control(|out| client_op::encode_unsub(out, sid, None));
        drop(interest);
        entry.target.end(End::Finished);
    }

    /// Sends a request; its token finds the waiter.
    pub(crate) fn request(&self, message: &Outbound<'_>) -> Result<Token, RequestRefusal> {
        self.want_replies()?;
        let mut replies = lock(&self.replies);
        let secret = |number| self.secrets.hash_one(number);
        let token = replies.insert(Waiter::new(), secret).map_err(|_| RequestRefusal::TooMany)?;
        let mut reply = String::with_capacity(self.reply_prefix.len() + 20);
        reply.push_str(&self.reply_prefix);
        reply.push_str(itoa::Buffer::new().format(token.number()));
        match self.outbox.request(&Outbound { reply: Some(&reply), ..*message }) {
            Ok(position) => {
                if let Some(waiter) = replies.get_mut(token) {
                    waiter.sent(position);
                }
                Ok(token)
            }
            Err(refusal) => {
                replies.remove(token);
                Err(RequestRefusal::Outbox(refusal))
            }
        }
    }

    pub(crate) fn poll_reply(&self, cx: &Context<'_>, token: Token) -> Poll<Outcome> {
        match lock(&self.replies).get_mut(token) {
            Some(waiter) => waiter.poll(cx),
            None => Poll::Ready(Outcome::Closed),
        }
    }

    /// Forgets a request whose reply is overdue; whether it may have reached the server.
    pub(crate) fn give_up_request(&self, token: Token) -> bool {
        self.suspicion.store(true, Ordering::Relaxed);
        self.forget_request(token)
    }

    /// Forgets a request; whether it may have reached the server.
    pub(crate) fn forget_request(&self, token: Token) -> bool {
        let waiter = lock(&self.replies).remove(token);
        waiter.is_some_and(|waiter| self.outbox.has_written(waiter.position()))
    }

    /// Ends every request for which `ends` says so.
    pub(super) fn end_requests(&self, mut ends: impl FnMut(&mut Waiter) -> Option<Outcome>) {
        let mut wakers: Vec<Waker> = Vec::new();
        for waiter in lock(&self.replies).iter_mut() {
            if let Some(outcome) = ends(waiter) {
                wakers.extend(waiter.end(outcome));
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// What a reply subject of ours says behind the common prefix.
    pub(super) fn reply_token<'a>(&self, reply: &'a [u8]) -> Option<&'a [u8]> {
        reply.strip_prefix(self.reply_prefix.as_bytes())
    }

    pub(super) fn is_request(&self, frame: &ClientFrame<'_>) -> bool {
        match frame {
            ClientFrame::Publish(publish) => {
                publish.reply.and_then(|reply| self.reply_token(reply)).is_some()
            }
            _ => false,
        }
    }

    pub(crate) fn server_info(&self) -> Arc<ServerInfo> {
        Arc::clone(&lock(&self.info))
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

    /// Subscribes to the replies of requests, once.
    fn want_replies(&self) -> Result<(), RequestRefusal> {
        if self.replies_wanted.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut interest = lock(&self.interest);
        if self.replies_wanted.load(Ordering::Acquire) {
            return Ok(());
        }
        let pattern = format!("{}*", self.reply_prefix);
        let entry = interest.insert(&pattern, None, None, Inlet::Replies);
        let sid = entry.ok_or(RequestRefusal::TooMany)?.sid();
        self.outbox.control(|out| interest.announce(sid, out));
        self.replies_wanted.store(true, Ordering::Release);
        Ok(())
    }

    /// The server does not permit our reply subject: the next request asks again.
    pub(super) fn replies_denied(&self) {
        self.replies_wanted.store(false, Ordering::Release);
    }
}

/// Why a request was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestRefusal {
    Outbox(Refusal),
    TooMany,
}
