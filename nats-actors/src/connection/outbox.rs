//! Where everything that goes to the server passes: one buffer, one lock, one writer.

use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, oneshot};

use super::lock::lock;
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, Headers, Payload, next_client_frame};
use crate::session::{Loss, LossPolicy, Outgoing, Segment};

/// Who waits for a fence: it is told whether the fence closed, or how many publishes are unconfirmed.
pub(crate) type FenceWaiter = oneshot::Sender<Result<(), u64>>;

/// A message to be sent, borrowed from who sends it.
#[derive(Debug)]
pub(crate) struct Outbound<'a> {
    pub(crate) subject: &'a str,
    pub(crate) reply: Option<&'a str>,
    pub(crate) headers: Option<&'a Headers>,
    pub(crate) payload: &'a Payload<'a>,
}

impl Outbound<'_> {
    fn size(&self) -> usize {
        self.payload.as_slice().len() + self.headers.map_or(0, Headers::encoded_len)
    }
}

/// Why a message was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Too much is kept already.
    Full,
    /// It is larger than the server takes; the bound is given.
    TooLarge(usize),
    /// The writer is far behind and should get a chance to run first.
    Ahead,
    /// The client is closed.
    Closed,
}

/// Whether there is a server on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Down,
    Up,
    Closed,
}

/// The outgoing stream behind its lock.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    room: Notify,
}

#[derive(Debug)]
struct State {
    out: Outgoing<FenceWaiter>,
    link: Link,
    /// The writer, when it has nothing to do.
    writer: Option<Waker>,
    limit: u64,
    max_payload: usize,
    /// Whether the writer, once woken, lets those who are about to send something go first.
    gathers: bool,
    /// The position from which on a publisher that runs ahead is told so again.
    polite_from: u64,
}

/// What was left behind when a link went down.
#[derive(Debug)]
pub(super) struct Wreck {
    pub(super) loss: Loss,
    pub(super) fences: Vec<FenceWaiter>,
    pub(super) unconfirmed: u64,
}

impl Outbox {
    pub(super) fn new(limit: usize) -> Self {
        let state = State {
            out: Outgoing::new(),
            link: Link::Down,
            writer: None,
            limit: limit as u64,
            max_payload: usize::MAX,
            gathers: false,
            polite_from: 0,
        };
        Self { state: Mutex::new(state), room: Notify::new() }
    }

    /// Accepts a publish; if `polite`, not before a writer that is far behind had a chance to run.
    #[inline]
    pub(crate) fn publish(&self, message: &Outbound<'_>, polite: bool) -> Result<(), Refusal> {
        let mut state = lock(&self.state);
        if polite && state.is_ahead() {
            return Err(Refusal::Ahead);
        }
        state.admit(message.size())?;
        let Outbound { subject, reply, headers, payload } = *message;
        state.out.publish(subject, reply, headers, payload);
        let writer = state.writer.take();
        drop(state);
        wake(writer);
        Ok(())
    }

    /// Accepts a request, one of several in flight if `gathers`; returns the position behind it.
    pub(super) fn request(&self, message: &Outbound<'_>, gathers: bool) -> Result<u64, Refusal> {
        let mut state = lock(&self.state);
        state.admit(message.size())?;
        let Outbound { subject, reply, headers, payload } = *message;
        let position = state.out.request(subject, reply, headers, payload);
        let writer = state.writer.take();
        state.gathers = gathers && writer.is_some();
        drop(state);
        wake(writer);
        Ok(position)
    }

    /// Accepts a request whose frame cannot be told from a publish; returns the position behind it.
    pub(super) fn request_as_publish(&self, message: &Outbound<'_>) -> Result<u64, Refusal> {
        let mut state = lock(&self.state);
        state.admit(message.size())?;
        let Outbound { subject, reply, headers, payload } = *message;
        state.out.publish(subject, reply, headers, payload);
        let position = state.out.appended();
        let writer = state.writer.take();
        drop(state);
        wake(writer);
        Ok(position)
    }

    /// Sends a control operation if there is a server; else the next connection announces everything anyway.
    pub(super) fn control(&self, encode: impl FnOnce(&mut Vec<u8>)) {
        let mut state = lock(&self.state);
        if state.link != Link::Up {
            return;
        }
        state.out.control(encode);
        let writer = state.writer.take();
        drop(state);
        wake(writer);
    }

    /// Sends a PING behind everything that was accepted; gives the waiter back when there is no server.
    pub(crate) fn fence(&self, waiter: FenceWaiter) -> Result<(), FenceWaiter> {
        let mut state = lock(&self.state);
        if state.link != Link::Up {
            return Err(waiter);
        }
        state.out.ping(Some(waiter));
        let writer = state.writer.take();
        drop(state);
        wake(writer);
        Ok(())
    }

    /// Sends a PING for its own sake, or, if `only_due`, only when something is unconfirmed and no PING follows it.
    pub(super) fn ping(&self, only_due: bool) {
        let mut state = lock(&self.state);
        if state.link != Link::Up || (only_due && !state.out.needs_fence()) {
            return;
        }
        state.out.ping(None);
        let writer = state.writer.take();
        drop(state);
        wake(writer);
    }

    /// Answers the server's PING.
    pub(super) fn pong_for_ping(&self) {
        self.control(|out| out.extend_from_slice(client_op::PONG));
    }

    /// The server answered a PING.
    pub(super) fn pong(&self) {
        let mut done = Vec::new();
        lock(&self.state).out.pong(&mut done);
        for waiter in done {
            let _ = waiter.send(Ok(()));
        }
        self.room.notify_waiters();
    }

    /// Resolves when there may be room again; make it before trying, so that no news is missed.
    pub(crate) fn room(&self) -> Notified<'_> {
        self.room.notified()
    }

    /// Hands the writer what waits, or remembers to wake it.
    pub(super) fn poll_take(
        &self,
        cx: &Context<'_>,
        to: &mut Vec<Segment>,
        max: usize,
    ) -> Poll<()> {
        let mut state = lock(&self.state);
        if std::mem::take(&mut state.gathers) {
            // Behind whoever can run now: a batch of replies wakes many, and each would cost a system call otherwise.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if state.link == Link::Up {
            state.out.take(max, to);
            if !to.is_empty() {
                return Poll::Ready(());
            }
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    pub(super) fn wrote(&self, count: usize) {
        lock(&self.state).out.wrote(count);
    }

    pub(super) fn has_written(&self, position: u64) -> bool {
        lock(&self.state).out.has_written(position)
    }

    /// Whether a frame that ends at `position` went out, or may still do so although nobody wants it.
    pub(super) fn may_write(&self, position: u64) -> bool {
        let state = lock(&self.state);
        state.link == Link::Up || state.out.has_written(position)
    }

    /// Whether nothing is accepted that is not confirmed.
    pub(super) fn is_settled(&self) -> bool {
        lock(&self.state).out.retained() == 0
    }

    pub(super) fn set_max_payload(&self, max_payload: usize) {
        lock(&self.state).max_payload = max_payload;
    }

    /// There is a server: what waits may go out, but for what it would refuse to read and for requests that were given
    /// up. Publishes among these are told.
    pub(super) fn up(
        &self,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
        is_given_up: impl Fn(&ClientFrame<'_>) -> bool,
    ) -> Loss {
        let mut state = lock(&self.state);
        if state.link != Link::Down {
            return Loss::default();
        }
        let max_payload = state.max_payload;
        let drops = |frame: &ClientFrame<'_>| match frame {
            ClientFrame::Publish(publish) => {
                publish.headers.len() + publish.payload.len() > max_payload || is_given_up(frame)
            }
            _ => false,
        };
        let loss = state.out.screen(is_request, drops);
        state.link = Link::Up;
        loss
    }

    /// The link is gone: what the kernel never took is kept for the next one.
    pub(super) fn down(
        &self,
        policy: LossPolicy,
        is_request: impl Fn(&ClientFrame<'_>) -> bool,
    ) -> Wreck {
        let mut state = lock(&self.state);
        if state.link == Link::Up {
            state.link = Link::Down;
        }
        state.writer = None;
        let unconfirmed = state.out.unconfirmed();
        let (loss, fences) = state.out.disconnect(policy, is_request);
        drop(state);
        // What is reported as lost does not take room any more.
        self.room.notify_waiters();
        Wreck { loss, fences, unconfirmed }
    }

    /// No link will follow: everything that is not confirmed is lost.
    pub(super) fn abandon(&self, is_request: impl Fn(&ClientFrame<'_>) -> bool) -> Wreck {
        let mut wreck = self.down(LossPolicy::Report, &is_request);
        wreck.loss.join(lock(&self.state).out.screen(is_request, |_| true));
        wreck
    }

    /// Nothing is accepted any more; returns how many publishes are unconfirmed.
    pub(super) fn close(&self) -> u64 {
        let mut state = lock(&self.state);
        state.link = Link::Closed;
        let unconfirmed = state.out.unconfirmed();
        drop(state);
        self.room.notify_waiters();
        unconfirmed
    }

    /// The reply subjects of unconfirmed messages to `subject`.
    pub(super) fn replies_of(&self, subject: &str) -> Vec<Vec<u8>> {
        let sent = lock(&self.state).out.flatten();
        let mut rest = sent.as_slice();
        let mut replies = Vec::new();
        while let Some((frame, len)) = next_client_frame(rest) {
            if let ClientFrame::Publish(publish) = frame
                && publish.subject == subject.as_bytes()
            {
                replies.extend(publish.reply.map(<[u8]>::to_vec));
            }
            rest = rest.get(len..).unwrap_or_default();
        }
        replies
    }

    /// Messages and bytes accepted, and publishes unconfirmed.
    pub(super) fn counts(&self) -> (u64, u64, u64) {
        let state = lock(&self.state);
        (state.out.messages(), state.out.appended(), state.out.unconfirmed())
    }
}

impl State {
    /// Whether the writer should run first; said once per [`POLITE_EVERY`] bytes.
    #[inline]
    fn is_ahead(&mut self) -> bool {
        let ahead = self.link == Link::Up
            && self.out.unwritten() > RUN_AHEAD
            && self.out.appended() >= self.polite_from;
        if ahead {
            self.polite_from = self.out.appended() + POLITE_EVERY;
        }
        ahead
    }

    #[inline]
    fn admit(&mut self, size: usize) -> Result<(), Refusal> {
        if self.link == Link::Closed {
            return Err(Refusal::Closed);
        }
        if size > self.max_payload {
            return Err(Refusal::TooLarge(self.max_payload));
        }
        let kept = self.out.retained();
        if kept > 0 && kept + size as u64 > self.limit {
            return Err(self.full());
        }
        Ok(())
    }

    /// Only a PONG makes room, so one must be on its way.
    #[cold]
    fn full(&mut self) -> Refusal {
        if self.link == Link::Up && self.out.needs_fence() {
            self.out.ping(None);
            wake(self.writer.take());
        }
        Refusal::Full
    }
}

#[inline]
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// How long a publisher may run ahead of the kernel before it lets other tasks run: in bytes.
const RUN_AHEAD: u64 = 512 * 1024;

/// How many bytes a publisher that runs ahead may add between two chances for the writer.
const POLITE_EVERY: u64 = 64 * 1024;

/// How often unconfirmed messages are followed by a PING when nothing else asks for one.
pub(super) const CONFIRM_EVERY: Duration = Duration::from_secs(1);
