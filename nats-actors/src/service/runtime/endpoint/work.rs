//! The requests that wait and those that run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use crate::protocol::Message;

use crate::service::runtime::desk::Desk;
use crate::service::runtime::lock::lock;
use crate::service::runtime::refusal::Refusal;

/// The lane that the pump polls directly, and that therefore needs no waker.
pub(super) const HOME: usize = 0;

/// The backlog of an endpoint, and who works on it. What is left in it when it is dropped is answered with a refusal.
#[derive(Debug)]
pub(super) struct Work {
    desk: Arc<Desk>,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    backlog: VecDeque<Arrived>,
    bytes: usize,
    max_requests: usize,
    max_bytes: usize,
    concurrency: usize,
    running: usize,
    /// A waker for each lane that waits for work.
    parked: Vec<Option<Waker>>,
    /// The lanes with a waker; the one that parked last is woken first.
    idle: Vec<usize>,
}

/// A request that nobody has begun to answer.
#[derive(Debug)]
pub(super) struct Arrived {
    message: Message,
    received: Instant,
}

/// A request under way. When it is dropped before it was settled, it is answered with a refusal.
#[derive(Debug)]
pub(super) struct Running<'w> {
    work: &'w Work,
    arrived: Arrived,
    is_settled: bool,
}

/// What the pump should do with its lanes.
#[derive(Debug)]
pub(super) enum Step {
    /// Nothing: no request waits, as many run as may run, or a lane is on its way to the backlog.
    Wait,
    /// Poll the lanes: one was woken.
    Poll,
    /// Add the lane of this number.
    Add(usize),
}

impl Work {
    pub(super) fn new(
        desk: Arc<Desk>,
        concurrency: usize,
        max_requests: usize,
        max_bytes: usize,
    ) -> Self {
        let state = State {
            backlog: VecDeque::new(),
            bytes: 0,
            max_requests,
            max_bytes,
            concurrency,
            running: 0,
            parked: vec![None],
            idle: Vec::new(),
        };
        Self { desk, state: Mutex::new(state) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The next request for this lane.
    pub(super) async fn next(&self, lane: usize) -> Running<'_> {
        std::future::poll_fn(|cx| self.poll_next(cx, lane)).await
    }

    fn poll_next(&self, cx: &Context<'_>, lane: usize) -> Poll<Running<'_>> {
        let mut state = self.lock();
        match state.begin() {
            Some(arrived) => Poll::Ready(Running { work: self, arrived, is_settled: false }),
            None => {
                state.park(lane, cx.waker());
                Poll::Pending
            }
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let backlog = std::mem::take(&mut self.lock().backlog);
        backlog.iter().for_each(|left| self.desk.refuse(&left.message, Refusal::Stopped));
    }
}

impl State {
    /// Takes a request in.
    pub(super) fn push(&mut self, message: Message, received: Instant) {
        self.bytes = self.bytes.saturating_add(message.wire_size());
        self.backlog.push_back(Arrived { message, received });
    }

    /// Whether no more may wait.
    pub(super) fn is_full(&self) -> bool {
        self.backlog.len() >= self.max_requests || self.bytes >= self.max_bytes
    }

    /// Whether as many run as may run.
    pub(super) fn is_busy(&self) -> bool {
        self.running >= self.concurrency
    }

    pub(super) fn is_done(&self) -> bool {
        self.backlog.is_empty() && self.running == 0
    }

    pub(super) fn set_concurrency(&mut self, requests: usize) {
        self.concurrency = requests;
    }

    /// Brings one more lane to the backlog, if that helps.
    pub(super) fn step(&mut self) -> Step {
        let lanes = self.parked.len();
        if self.backlog.is_empty() || self.is_busy() || self.running + self.idle.len() < lanes {
            return Step::Wait;
        }
        while let Some(lane) = self.idle.pop() {
            if let Some(waker) = self.parked.get_mut(lane).and_then(Option::take) {
                waker.wake();
                return Step::Poll;
            }
        }
        self.parked.push(None);
        Step::Add(lanes)
    }

    fn begin(&mut self) -> Option<Arrived> {
        if self.is_busy() {
            return None;
        }
        let arrived = self.backlog.pop_front()?;
        self.bytes = self.bytes.saturating_sub(arrived.message.wire_size());
        self.running += 1;
        Some(arrived)
    }

    fn park(&mut self, lane: usize, waker: &Waker) {
        if lane == HOME {
            return;
        }
        if let Some(parked) = self.parked.get_mut(lane) {
            if parked.is_none() {
                self.idle.push(lane);
            }
            *parked = Some(waker.clone());
        }
    }
}

impl Running<'_> {
    pub(super) fn message(&self) -> &Message {
        &self.arrived.message
    }

    pub(super) fn received(&self) -> Instant {
        self.arrived.received
    }

    /// The reply has left, or nobody wants one.
    pub(super) fn settle(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.work.lock().running -= 1;
        if !self.is_settled {
            self.work.desk.refuse(&self.arrived.message, Refusal::Stopped);
        }
    }
}
