//! The outbox while there are two connections.

use std::task::{Context, Poll, Waker};

use crate::connection::admission::State;
use crate::connection::lock::lock;
use crate::connection::outbox::{FenceWaiter, Link, Outbox, wake};
use crate::protocol::ServerInfo;
use crate::session::{Crossing, Segment, Side, Source};

/// Which way everything goes while two connections stand.
#[derive(Debug)]
pub(in crate::connection) struct Passage {
    new_epoch: u64,
    crossing: Crossing<FenceWaiter>,
    /// The writer that does not carry the stream, when it has nothing to do.
    beside: Option<Waker>,
}

impl Passage {
    fn side(&self, epoch: u64) -> Side {
        if epoch == self.new_epoch { Side::New } else { Side::Old }
    }
}

impl Outbox {
    /// A second connection is there: it hears of every change of interest from now on.
    ///
    /// `false` while the last handover is not over, or there is no first connection.
    pub(in crate::connection) fn join(&self, new_epoch: u64) -> bool {
        let mut state = lock(&self.state);
        state.end_passage();
        if state.passage.is_some() || state.link != Link::Up {
            return false;
        }
        let passage = Passage { new_epoch, crossing: Crossing::new(), beside: None };
        state.passage = Some(Box::new(passage));
        true
    }

    /// As [`control`](Self::control), for a new subscription; whether two connections will deliver to it.
    pub(in crate::connection) fn announce(&self, encode: impl FnOnce(&mut Vec<u8>)) -> bool {
        let mut state = lock(&self.state);
        if state.link != Link::Up {
            return false;
        }
        let both = match state.passage {
            None => {
                state.out.control(encode);
                false
            }
            Some(_) => state.announce_both(encode),
        };
        let writer = state.writer.take();
        drop(state);
        wake(writer);
        both
    }

    /// Sends a PING on the connection that is moved to.
    pub(super) fn fence_new(&self, waiter: FenceWaiter) {
        self.turn(|passage, _| {
            let _ = passage.crossing.fence_new(waiter);
        });
    }

    /// Sends a PING on the connection that does not carry what is appended now; gives the waiter back if there is none.
    pub(super) fn fence_beside(&self, waiter: FenceWaiter) -> Result<(), FenceWaiter> {
        let mut waiter = Some(waiter);
        self.turn(|passage, _| {
            let beside = waiter.take().map(|waiter| passage.crossing.fence_beside(waiter));
            waiter = beside.and_then(Result::err);
        });
        waiter.map_or(Ok(()), Err)
    }

    /// For which epoch what is appended now is headed, while two connections stand.
    pub(super) fn heading(&self) -> Option<Side> {
        lock(&self.state).passage.as_ref().map(|passage| passage.crossing.heads_for())
    }

    /// Sends to the connection that is moved to, beside the stream.
    pub(super) fn tell_new(&self, bytes: &[u8]) {
        self.turn(|passage, state| passage.crossing.control_one(Side::New, bytes, &mut state.out));
    }

    /// Sends to the connection that is left, beside the stream.
    pub(super) fn tell_old(&self, bytes: &[u8]) {
        self.turn(|passage, state| passage.crossing.control_one(Side::Old, bytes, &mut state.out));
    }

    /// Keeps what is appended from now on for the new connection, whose server takes this.
    pub(super) fn hold(&self, waiter: FenceWaiter, info: &ServerInfo) {
        self.turn(|passage, state| {
            state.limit_to(info);
            passage.crossing.hold(waiter, &mut state.out);
        });
    }

    /// How much the old connection has taken and confirmed, as a number that grows.
    pub(super) fn progress(&self) -> u64 {
        let state = lock(&self.state);
        state.out.progress()
    }

    /// Gives the stream to the new connection; `false` while the old one still has some of it.
    pub(super) fn cross(&self) -> bool {
        let mut crossed = false;
        self.turn(|passage, state| crossed = passage.crossing.cross(&mut state.out));
        crossed
    }

    /// The old connection is gone. What became of the stream is told before.
    pub(super) fn old_is_gone(&self) {
        self.end_beside(Crossing::old_is_gone);
    }

    /// The new connection is gone before it carried the stream.
    pub(super) fn new_is_gone(&self) {
        self.end_beside(Crossing::new_is_gone);
    }

    /// Both are gone.
    pub(in crate::connection) fn forget_passage(&self) {
        lock(&self.state).passage = None;
    }

    /// Whether there is one connection again, and nothing is left of the other.
    pub(super) fn end_passage(&self) -> bool {
        lock(&self.state).end_passage()
    }

    /// Does something about the passage, if there is one, and wakes both writers.
    fn turn(&self, change: impl FnOnce(&mut Passage, &mut State)) {
        let mut state = lock(&self.state);
        let Some(mut passage) = state.passage.take() else { return };
        change(&mut passage, &mut state);
        let wakers = [state.writer.take(), passage.beside.take()];
        state.passage = Some(passage);
        drop(state);
        wakers.into_iter().for_each(wake);
    }

    /// Who waited for a connection that is gone has nothing more to wait for.
    fn end_beside(&self, end: impl FnOnce(&mut Crossing<FenceWaiter>) -> Vec<FenceWaiter>) {
        let mut waiters = Vec::new();
        self.turn(|passage, _| waiters = end(&mut passage.crossing));
        for waiter in waiters {
            let _ = waiter.send(Ok(()));
        }
    }
}

impl State {
    /// Whether what is appended now waits for the new connection.
    pub(in crate::connection) fn waits_for_new(&self) -> bool {
        let waits =
            |crossing: &Crossing<_>| crossing.heads_for() == Side::New && !crossing.is_crossed();
        self.passage.as_ref().is_some_and(|passage| waits(&passage.crossing))
    }

    /// Appends a change of interest for both connections.
    #[cold]
    pub(in crate::connection) fn control_both(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        let Some(passage) = &mut self.passage else { return self.out.control(encode) };
        let mut bytes = Vec::new();
        encode(&mut bytes);
        passage.crossing.control(&bytes, &mut self.out);
        wake(passage.beside.take());
    }

    /// Appends the announcement of a subscription; whether both connections get it.
    #[cold]
    pub(in crate::connection) fn announce_both(
        &mut self,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> bool {
        let Some(passage) = &mut self.passage else { return false };
        let mut bytes = Vec::new();
        encode(&mut bytes);
        let both = passage.crossing.announce(&bytes, &mut self.out);
        wake(passage.beside.take());
        both
    }

    /// Appends what concerns the connection of `epoch` alone.
    #[cold]
    pub(in crate::connection) fn control_one(&mut self, epoch: u64, bytes: &[u8]) {
        let Some(passage) = &mut self.passage else { return };
        let side = passage.side(epoch);
        passage.crossing.control_one(side, bytes, &mut self.out);
        wake(passage.beside.take());
    }

    /// Counts a PONG on the connection of `epoch`.
    #[cold]
    pub(in crate::connection) fn pong_of(&mut self, epoch: u64, done: &mut Vec<FenceWaiter>) {
        let Some(passage) = &mut self.passage else { return };
        let side = passage.side(epoch);
        passage.crossing.pong(side, &mut self.out, done);
    }

    /// Hands the writer of `epoch` what it is to write.
    #[cold]
    pub(in crate::connection) fn take_for(
        &mut self,
        epoch: u64,
        cx: &Context<'_>,
        to: &mut Vec<Segment>,
        max: usize,
    ) -> Poll<Source> {
        let Some(passage) = &mut self.passage else { return Poll::Pending };
        let side = passage.side(epoch);
        let carries = (side == Side::New) == passage.crossing.is_crossed();
        if self.link == Link::Up
            && let Some(source) = passage.crossing.take(side, &mut self.out, max, to)
        {
            return Poll::Ready(source);
        }
        let place = if carries { &mut self.writer } else { &mut passage.beside };
        *place = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Goes on as with one connection, as soon as nothing is left of the other one.
    fn end_passage(&mut self) -> bool {
        if self.passage.as_ref().is_some_and(|passage| passage.crossing.is_over()) {
            self.out.release();
            self.passage = None;
            wake(self.writer.take());
        }
        self.passage.is_none()
    }
}
