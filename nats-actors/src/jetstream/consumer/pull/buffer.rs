//! Messages that came and wait to be handed out.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use crate::jetstream::Error;
use crate::protocol::Message;

/// A message, and when it came.
pub(crate) type Arrival = (Message, Instant);

/// A queue with one reader, bounded by the credit that pulls are sized by: batches in, one lock
/// and at most one wake for each.
#[derive(Debug)]
pub(crate) struct Buffer {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Arrival>,
    waker: Option<Waker>,
    closed: bool,
    /// Why it ended, for the reader to see once.
    error: Option<Error>,
}

impl Buffer {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default() }
    }

    /// Moves a batch in; gives back what does not fit under `most`, or all if it is closed.
    pub(crate) fn push(&self, mut batch: Vec<Message>, most: usize, at: Instant) -> Vec<Message> {
        let mut state = self.lock();
        let room = if state.closed { 0 } else { most.saturating_sub(state.queue.len()) };
        let rest = batch.split_off(room.min(batch.len()));
        state.queue.extend(batch.into_iter().map(|message| (message, at)));
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        rest
    }

    /// The oldest message; at the end the error, if there is one, and then nothing for ever.
    pub(crate) fn poll_next(&self, cx: &Context<'_>) -> Poll<Option<Result<Arrival, Error>>> {
        let mut state = self.lock();
        if let Some(arrival) = state.queue.pop_front() {
            return Poll::Ready(Some(Ok(arrival)));
        }
        if state.closed {
            return Poll::Ready(state.error.take().map(Err));
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// The oldest message, if there is one.
    pub(crate) fn try_next(&self) -> Option<Arrival> {
        self.lock().queue.pop_front()
    }

    /// Lets nothing in any more; what is in it can still be taken.
    pub(crate) fn close(&self, error: Option<Error>) {
        let mut state = self.lock();
        if !state.closed {
            state.closed = true;
            state.error = error;
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes out everything that nobody was given.
    pub(crate) fn take_all(&self) -> VecDeque<Arrival> {
        std::mem::take(&mut self.lock().queue)
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().queue.len()
    }

    /// No code that can panic runs under the lock, so that a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jetstream::ErrorKind;

    fn message(payload: &[u8]) -> Message {
        Message::new("a", None, None, payload)
    }

    fn next(buffer: &Buffer) -> Poll<Option<Result<Vec<u8>, ErrorKind>>> {
        let next = buffer.poll_next(&Context::from_waker(Waker::noop()));
        let payload = |(message, _): Arrival| message.payload().to_vec();
        next.map(|next| next.map(|next| next.map(payload).map_err(|error| error.kind())))
    }

    #[test]
    fn messages_come_out_in_order_up_to_the_bound() {
        let buffer = Buffer::new();
        let rest =
            buffer.push(vec![message(b"1"), message(b"2"), message(b"3")], 2, Instant::now());

        assert_eq!(rest.len(), 1);
        assert_eq!(next(&buffer), Poll::Ready(Some(Ok(b"1".to_vec()))));
        assert_eq!(next(&buffer), Poll::Ready(Some(Ok(b"2".to_vec()))));
        assert_eq!(next(&buffer), Poll::Pending);
    }

    #[test]
    fn the_end_comes_behind_what_is_buffered_and_its_error_once() {
        let buffer = Buffer::new();
        buffer.push(vec![message(b"1")], 9, Instant::now());
        buffer.close(Some(Error::new(ErrorKind::ConsumerDeleted)));
        buffer.close(None);

        assert_eq!(buffer.push(vec![message(b"2")], 9, Instant::now()).len(), 1);
        assert_eq!(next(&buffer), Poll::Ready(Some(Ok(b"1".to_vec()))));
        assert_eq!(next(&buffer), Poll::Ready(Some(Err(ErrorKind::ConsumerDeleted))));
        assert_eq!(next(&buffer), Poll::Ready(None));
        assert_eq!(next(&buffer), Poll::Ready(None));
    }
}
