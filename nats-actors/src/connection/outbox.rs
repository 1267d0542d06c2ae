//! Where everything that goes to the server passes: one buffer, one lock, one writer.

use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, oneshot};

use super::admission::State;
use super::lock::lock;
use super::outbound::{Outbound, Refusal};
use super::statistics::Statistics;
use crate::options::ConnectOptions;
use crate::protocol::client_op;
use crate::protocol::{ClientFrame, ServerInfo, next_client_frame};
use crate::session::{Loss, LossPolicy, Segment, Source};

/// Who waits for a fence: it is told whether the fence closed, or how many publishes are unconfirmed.
pub(crate) type FenceWaiter = oneshot::Sender<Result<(), u64>>;

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
    pub(super) state: Mutex<State>,
    room: Notify,
}

/// What was left behind when a link went down.
#[derive(Debug)]
pub(super) struct Wreck {
    pub(super) loss: Loss,
    pub(super) fences: Vec<FenceWaiter>,
    pub(super) unconfirmed: u64,
}

impl Outbox {
    pub(super) fn new(options: &ConnectOptions, reply_prefix: &str) -> Self {
        Self { state: Mutex::new(State::new(options, reply_prefix)), room: Notify::new() }
    }

    /// Accepts a publish; if `polite`, not before a writer that is far behind had a chance to run.
    #[inline]
    pub(crate) fn publish(&self, message: &Outbound<'_>, polite: bool) -> Result<(), Refusal> {
        let mut state = lock(&self.state);
        if polite && state.is_ahead() {
            return Err(Refusal::Ahead);
        }
        state.admit(message)?;
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
        state.admit(message)?;
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
        state.admit(message)?;
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
        match state.passage {
            None => state.out.control(encode),
            Some(_) => state.control_both(encode),
        }
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
        if state.link != Link::Up {
            return;
        }
        if only_due && !state.out.needs_fence() {
            return state.out.rest();
        }
        state.out.ping(None);
        let writer = state.writer.take();
        drop(state);
        wake(writer);
    }

    /// Answers a PING of the server of `epoch`.
    pub(super) fn pong_for_ping(&self, epoch: u64) {
        let mut state = lock(&self.state);
        if state.link != Link::Up {
            return;
        }
        match state.passage {
            None => state.out.control(|out| out.extend_from_slice(client_op::PONG)),
            Some(_) => state.control_one(epoch, client_op::PONG),
        }
        let writer = state.writer.take();
        drop(state);
        wake(writer);
    }

    /// The server of `epoch` answered a PING.
    pub(super) fn pong(&self, epoch: u64) {
        let mut done = Vec::new();
        let mut state = lock(&self.state);
        match state.passage {
            None => state.out.pong(&mut done),
            Some(_) => state.pong_of(epoch, &mut done),
        }
        drop(state);
        for waiter in done {
            let _ = waiter.send(Ok(()));
        }
        self.room.notify_waiters();
    }

    /// Resolves when there may be room again; make it before trying, so that no news is missed.
    pub(crate) fn room(&self) -> Notified<'_> {
        self.room.notified()
    }

    /// Hands the writer of `epoch` what waits, or remembers to wake it.
    pub(super) fn poll_take(
        &self,
        epoch: u64,
        cx: &Context<'_>,
        to: &mut Vec<Segment>,
        max: usize,
    ) -> Poll<Source> {
        let mut state = lock(&self.state);
        if std::mem::take(&mut state.gathers) {
            // Behind whoever can run now: a batch of replies wakes many, and each would cost a system call otherwise.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if state.passage.is_some() {
            return state.take_for(epoch, cx, to, max);
        }
        if state.link == Link::Up {
            state.out.take(max, to);
            if !to.is_empty() {
                return Poll::Ready(Source::Stream);
            }
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    pub(super) fn wrote(&self, count: usize) {
        let mut state = lock(&self.state);
        // A writer that has not heard of the end yet: its bytes are accounted for already.
        if state.link != Link::Closed {
            state.out.wrote(count);
        }
    }

    pub(super) fn has_written(&self, position: u64) -> bool {
        lock(&self.state).out.has_written(position)
    }

    /// Follows what the present server takes, unless what is accepted waits for another one.
    pub(super) fn adopt(&self, info: &ServerInfo) {
        let mut state = lock(&self.state);
        if !state.waits_for_new() {
            state.limit_to(info);
        }
    }

    /// Accepts from now on what this server takes.
    pub(super) fn limit_to(&self, info: &ServerInfo) {
        lock(&self.state).limit_to(info);
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
        state.shut = state.shut.filter(|shut| *shut != Refusal::Disconnected);
        let max_payload = state.max_payload;
        let drops = |frame: &ClientFrame<'_>| match frame {
            ClientFrame::Publish(publish) => {
                publish.headers.len() + publish.payload.len() > max_payload || is_given_up(frame)
            }
            _ => false,
        };
        let screened = state.out.screen(is_request, drops);
        let mut loss = std::mem::take(&mut state.dropped);
        loss.join(screened);
        state.link = Link::Up;
        drop(state);
        self.room.notify_waiters();
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
        if state.limit_down == 0 {
            state.shut.get_or_insert(Refusal::Disconnected);
        }
        state.writer = None;
        let unconfirmed = state.out.unconfirmed();
        let (loss, fences) = state.out.disconnect(policy, is_request);
        drop(state);
        // What is reported as lost does not take room any more.
        self.room.notify_waiters();
        Wreck { loss, fences, unconfirmed }
    }

    /// Nothing new is accepted any more.
    pub(super) fn seal(&self) {
        let mut state = lock(&self.state);
        if state.link != Link::Closed {
            state.shut = Some(Refusal::Draining);
        }
        drop(state);
        self.room.notify_waiters();
    }

    /// No link will follow: everything that is not confirmed is lost.
    pub(super) fn abandon(&self, is_request: impl Fn(&ClientFrame<'_>) -> bool) -> Wreck {
        let Wreck { loss: in_doubt, fences, unconfirmed } =
            self.down(LossPolicy::Report, &is_request);
        let mut state = lock(&self.state);
        let mut loss = std::mem::take(&mut state.dropped);
        loss.join(in_doubt);
        loss.join(state.out.screen(is_request, |_| true));
        Wreck { loss, fences, unconfirmed }
    }

    /// Nothing is accepted or sent any more; returns how many publishes are unconfirmed.
    pub(super) fn close(&self) -> u64 {
        let mut state = lock(&self.state);
        state.link = Link::Closed;
        state.shut = Some(Refusal::Closed);
        let unconfirmed = state.out.unconfirmed() + state.dropped.count;
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

    pub(super) fn fill(&self, statistics: &mut Statistics) {
        let state = lock(&self.state);
        statistics.out_messages = state.out.messages();
        statistics.pending_bytes = state.out.unwritten();
        statistics.unconfirmed = state.out.unconfirmed();
    }

    pub(super) fn unconfirmed(&self) -> u64 {
        lock(&self.state).out.unconfirmed()
    }
}

#[inline]
pub(super) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// How often unconfirmed messages are followed by a PING when nothing else asks for one.
pub(super) const CONFIRM_EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Payload;

    #[test]
    fn a_write_that_ends_behind_the_end_counts_no_more() {
        let outbox = Outbox::new(&ConnectOptions::new(), "_INBOX.x.");
        outbox.up(|_| false, |_| false);
        let payload = Payload::from("x");
        let message = Outbound { subject: "a", reply: None, headers: None, payload: &payload };
        outbox.publish(&message, false).unwrap();
        let mut runs = Vec::new();
        let cx = Context::from_waker(Waker::noop());
        assert!(outbox.poll_take(1, &cx, &mut runs, 16).is_ready());
        outbox.close();
        assert_eq!(outbox.abandon(|_| false).loss.count, 1);

        outbox.wrote(runs.iter().map(Segment::len).sum());
        let mut statistics = Statistics::default();
        outbox.fill(&mut statistics);
        assert_eq!(statistics.pending_bytes, 0);
    }
}
