//! Dropping a future at each of its polls.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How far a future came that may be polled only so often.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a test tells all of them apart")]
pub enum Progress<T> {
    /// It ended.
    Ended(T),
    /// It was dropped behind its last poll, and would have gone on.
    Dropped,
    /// It was dropped because nothing woke it any more.
    Stuck,
}

/// A future that is dropped behind its last poll.
struct Limited<F> {
    future: Option<Pin<Box<F>>>,
    polls: usize,
}

impl<F: Future> Future for Limited<F> {
    type Output = Progress<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else { return Poll::Ready(Progress::Dropped) };
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Progress::Ended(output));
        }
        self.polls = self.polls.saturating_sub(1);
        if self.polls > 0 {
            return Poll::Pending;
        }
        self.future = None;
        Poll::Ready(Progress::Dropped)
    }
}

/// Polls a future `polls` times, each time when it was woken, and drops it then, or when nothing woke it for `patience`.
pub async fn drop_after<F: Future>(
    polls: usize,
    patience: Duration,
    future: F,
) -> Progress<F::Output> {
    let limited = Limited { future: Some(Box::pin(future)), polls: polls.max(1) };
    tokio::time::timeout(patience, limited).await.unwrap_or(Progress::Stuck)
}

/// How often a future is dropped at most, whose polls do not come to an end.
const MOST: usize = 60;

/// Drops a future after its first poll, a new one after its second, and so on, until one ends or waits for ever; returns
/// how many were dropped, and the output of the last one.
///
/// `attempt` makes the future, gives it to [`drop_after`] with the number that it is given, and checks what is left.
pub async fn drop_at_each_poll<T>(
    mut attempt: impl AsyncFnMut(usize) -> Progress<T>,
) -> (usize, Option<T>) {
    for polls in 1..=MOST {
        match attempt(polls).await {
            Progress::Dropped => {}
            Progress::Ended(output) => return (polls - 1, Some(output)),
            Progress::Stuck => return (polls, None),
        }
    }
    (MOST, None)
}
