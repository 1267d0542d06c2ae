//! The way of messages from the reader to one subscription.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::Notify;

use super::event::Event;
use super::event_log::EventLog;
use super::lock::lock;
use crate::error::ErrorKind;
use crate::protocol::FrameSpan;
use crate::session::{Frames, Overflow, Pending, PendingLimits, Pushed, Taken};

/// A bounded queue with one reader: batches in, batches out.
///
/// One lock and at most one wake per batch on either side.
#[derive(Debug)]
pub(crate) struct Queue {
    subject: Box<str>,
    pub(super) state: Mutex<State>,
    /// For the reader that waits for room, and for who waits until all was taken.
    pub(super) room: Notify,
    taken: Notify,
    pub(super) ended: Notify,
    events: Arc<EventLog>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) pending: Pending,
    waker: Option<Waker>,
    pub(super) end: Option<End>,
    /// Drops at the begin of the present episode, while one lasts.
    episode: Option<u64>,
    /// Whether a pump works on what it took.
    pumping: bool,
}

/// A pump at work.
#[derive(Debug)]
pub(crate) struct Pumping(Arc<Queue>);

impl Drop for Pumping {
    fn drop(&mut self) {
        lock(&self.0.state).pumping = false;
        self.0.taken.notify_waiters();
    }
}

/// How a subscription ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// As somebody wanted it to.
    Finished,
    /// By a fault.
    Failed(ErrorKind, String),
}

impl Queue {
    pub(super) fn new(
        subject: &str,
        limits: PendingLimits,
        overflow: Overflow,
        events: Arc<EventLog>,
    ) -> Self {
        let pending = Pending::new(limits, overflow);
        let state = State { pending, waker: None, end: None, episode: None, pumping: false };
        Self {
            subject: subject.into(),
            state: Mutex::new(state),
            room: Notify::new(),
            taken: Notify::new(),
            ended: Notify::new(),
            events,
        }
    }

    /// Moves `batch` in; what is left in it waits for room. `spans` gets memory for the next batch.
    pub(super) fn push(&self, batch: &mut Frames, spans: &mut Vec<FrameSpan>) -> Pushed {
        self.change(|pending| {
            *spans = pending.spare();
            pending.push(batch)
        })
    }

    /// Waits for room for the rest of a batch, at most as long as the policy says; then drops it, and tells how much.
    pub(super) async fn push_blocked(&self, batch: &mut Frames) -> u64 {
        let limit = lock(&self.state).pending.block().unwrap_or(Duration::ZERO);
        let waited = tokio::time::timeout(limit, async {
            loop {
                let room = self.room.notified();
                let pushed = self.change(|pending| pending.push(batch));
                if !pushed.blocked {
                    return pushed;
                }
                room.await;
            }
        });
        match waited.await {
            Ok(pushed) => pushed.dropped,
            Err(_) => self.give_up(batch),
        }
    }

    /// The subscription drains: nothing waits for room any more.
    pub(super) fn unblock(&self) {
        lock(&self.state).pending.unblock();
        self.room.notify_one();
    }

    /// Drops what waits for room, and tells how much.
    pub(super) fn give_up(&self, batch: &mut Frames) -> u64 {
        self.change(|pending| pending.give_up(batch)).dropped
    }

    fn change(&self, change: impl FnOnce(&mut Pending) -> Pushed) -> Pushed {
        let mut state = lock(&self.state);
        if state.end.is_some() {
            return Pushed::default();
        }
        let before = state.pending.dropped();
        let pushed = change(&mut state.pending);
        if pushed.began {
            state.episode = Some(before);
        }
        if pushed.failed {
            state.end = Some(End::Failed(ErrorKind::SlowConsumer, self.subject.to_string()));
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        if pushed.began {
            self.report(pushed.dropped, false);
        }
        if pushed.failed {
            self.ended.notify_waiters();
        }
        pushed
    }

    /// Moves up to `max` waiting messages to `to`, which must be empty; `false` when nothing will come any more.
    pub(crate) fn poll_take(&self, cx: &Context<'_>, to: &mut Taken, max: usize) -> Poll<bool> {
        to.clear();
        let mut state = lock(&self.state);
        let makes_room = state.pending.came_back(to);
        if state.pending.is_empty() {
            if makes_room {
                self.room.notify_one();
            }
            self.taken.notify_waiters();
            if state.end.is_some() {
                return Poll::Ready(false);
            }
            match &mut state.waker {
                Some(waker) => waker.clone_from(cx.waker()),
                none => *none = Some(cx.waker().clone()),
            }
            return Poll::Pending;
        }
        state.pending.take(to, max);
        let ended = if state.pending.is_empty() { state.episode.take() } else { None };
        let dropped = state.pending.dropped();
        drop(state);
        self.room.notify_one();
        self.taken.notify_waiters();
        if let Some(before) = ended {
            self.report(dropped - before, true);
        }
        Poll::Ready(true)
    }

    /// What was taken is used up, although nobody asks for more yet.
    pub(crate) fn came_back(&self, taken: &mut Taken) {
        taken.clear();
        if lock(&self.state).pending.came_back(taken) {
            self.room.notify_one();
            self.taken.notify_waiters();
        }
    }

    /// Waits until something has come or nothing will; `pumped` if somebody takes from this queue already.
    pub(crate) async fn reached(&self, pumped: bool) {
        loop {
            let taken = self.taken.notified();
            let waiting = std::future::poll_fn(|cx| {
                let mut state = lock(&self.state);
                if state.pending.was_reached() || state.end.is_some() {
                    return Poll::Ready(true);
                }
                if pumped {
                    // Whoever takes is woken, and tells here.
                    return Poll::Ready(false);
                }
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            });
            if waiting.await {
                return;
            }
            taken.await;
        }
    }

    /// As [`poll_take`](Self::poll_take), awaited.
    pub(crate) async fn take(&self, to: &mut Taken, max: usize) -> bool {
        std::future::poll_fn(|cx| self.poll_take(cx, to, max)).await
    }

    /// Nothing comes any more; what waits can still be taken. The first end counts.
    pub(crate) fn end(&self, end: End) {
        let mut state = lock(&self.state);
        state.end.get_or_insert(end);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        self.room.notify_waiters();
        self.ended.notify_waiters();
    }

    /// Waits until everything that waited was taken and handled, as far as this side can tell.
    pub(super) async fn emptied(&self) {
        loop {
            let taken = self.taken.notified();
            {
                let state = lock(&self.state);
                if state.pending.is_idle() && !state.pumping {
                    return;
                }
            }
            taken.await;
        }
    }

    /// Says that a pump works on this queue, until the guard is dropped.
    pub(crate) fn pumping(self: &Arc<Self>) -> Pumping {
        lock(&self.state).pumping = true;
        Pumping(Arc::clone(self))
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    fn report(&self, dropped: u64, ended: bool) {
        let subject = self.subject.to_string();
        self.events.push(Event::SlowConsumer { subject, dropped, ended });
    }
}
