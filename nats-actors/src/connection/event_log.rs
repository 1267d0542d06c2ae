//! The events of a connection, kept for whoever reads them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use super::event::Event;
use super::lock::lock;

/// How many events are kept for observers that read late.
const KEPT: usize = 4096;

/// The events of one connection, in order, for any number of observers.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    kept: VecDeque<(u64, Event)>,
    newest: u64,
    /// How many observers there were, ever.
    observers: u64,
    /// Who waits for the next event: one for each observer, however often it was moved from task to task.
    wakers: Vec<(u64, Waker)>,
}

impl State {
    fn is_over(&self) -> bool {
        self.kept.back().is_some_and(|(_, last)| last.is_last())
    }
}

impl EventLog {
    /// Adds an event; behind the last one of a client, nothing is added.
    pub(crate) fn push(&self, event: Event) {
        let mut state = lock(&self.state);
        if state.is_over() {
            return;
        }
        if state.kept.len() >= KEPT {
            let expendable = |(_, event): &(u64, Event)| event.is_expendable();
            let victim = state.kept.iter().position(expendable).unwrap_or(0);
            state.kept.remove(victim);
        }
        state.newest += 1;
        let number = state.newest;
        state.kept.push_back((number, event));
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        wakers.into_iter().for_each(|(_, waker)| waker.wake());
    }

    pub(crate) fn observe(self: &Arc<Self>) -> Events {
        let (observer, seen, closed) = {
            let mut state = lock(&self.state);
            state.observers += 1;
            (state.observers, state.newest, state.is_over())
        };
        Events { log: Arc::clone(self), observer, seen, closed, held: None }
    }

    /// The first event behind `seen`, with its number; without one, `waker` is woken by the next.
    fn after(&self, seen: u64, observer: u64, waker: Option<&Waker>) -> Option<(u64, Event)> {
        let mut state = lock(&self.state);
        let at = state.kept.partition_point(|(number, _)| *number <= seen);
        let event = state.kept.get(at).cloned();
        if let (None, Some(waker)) = (&event, waker) {
            match state.wakers.iter_mut().find(|(waiting, _)| *waiting == observer) {
                Some((_, known)) => known.clone_from(waker),
                None => state.wakers.push((observer, waker.clone())),
            }
        }
        event
    }

    fn forget(&self, observer: u64) {
        lock(&self.state).wakers.retain(|(waiting, _)| *waiting != observer);
    }
}

/// The events of a connection, from the moment when this observer was made.
///
/// Every observer sees every change of the connection's state, in order, however slowly it reads; an observer costs the
/// connection nothing. It ends behind [`Event::Closed`].
///
/// Kept are 4,096 events of the client. Of what can be frequent (failed attempts, slow consumers, server errors) the oldest
/// make room first, which an observer that is so far behind is told by [`Event::Skipped`].
///
/// ```no_run
/// # async fn example(client: nats_actors::Client) {
/// use nats_actors::Event;
///
/// let mut events = client.events();
/// while let Some(event) = events.next().await {
///     match event {
///         Event::PublishLoss(loss) => eprintln!("{} publishes are in doubt", loss.count),
///         Event::Disconnected { reason, .. } => eprintln!("disconnected: {reason}"),
///         event => println!("{event:?}"),
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Events {
    log: Arc<EventLog>,
    observer: u64,
    seen: u64,
    closed: bool,
    held: Option<Event>,
}

impl Events {
    /// The next event; `None` behind [`Event::Closed`].
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Event> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    /// The next event, if it is there already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.take(None)
    }

    fn poll_event(&mut self, cx: &Context<'_>) -> Poll<Option<Event>> {
        match self.take(Some(cx.waker())) {
            None if !self.closed => Poll::Pending,
            event => Poll::Ready(event),
        }
    }

    fn take(&mut self, waker: Option<&Waker>) -> Option<Event> {
        if let Some(event) = self.held.take() {
            return Some(event);
        }
        if self.closed {
            return None;
        }
        let (number, event) = self.log.after(self.seen, self.observer, waker)?;
        let skipped = number - self.seen - 1;
        self.seen = number;
        self.closed = event.is_last();
        if skipped > 0 {
            self.held = Some(event);
            return Some(Event::Skipped { count: skipped });
        }
        Some(event)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.log.forget(self.observer);
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.poll_event(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::reason::CloseReason;

    fn slow(dropped: u64) -> Event {
        Event::SlowConsumer { subject: "s".into(), dropped, ended: false }
    }

    fn closed() -> Event {
        Event::Closed { reason: CloseReason::Requested }
    }

    // spec: EVT-16
    #[tokio::test]
    async fn a_late_observer_misses_no_change_of_state() {
        let log = Arc::new(EventLog::default());
        let mut events = log.observe();
        log.push(Event::LameDuck);
        for n in 0..2 * KEPT as u64 {
            log.push(slow(n));
        }
        log.push(closed());

        assert_eq!(events.next().await, Some(Event::LameDuck));
        assert!(matches!(events.next().await, Some(Event::Skipped { count }) if count > 0));
        let mut last = None;
        while let Some(event) = events.next().await {
            last = Some(event);
        }
        assert_eq!(last, Some(closed()));
    }

    // spec: CON-61
    #[tokio::test]
    async fn an_event_wakes_who_reads_a_stream() {
        let log = Arc::new(EventLog::default());
        let mut events = log.observe();
        let reading = tokio::spawn(async move {
            std::future::poll_fn(|cx| Pin::new(&mut events).poll_next(cx)).await
        });
        tokio::task::yield_now().await;
        log.push(slow(1));

        assert_eq!(reading.await.unwrap(), Some(slow(1)));
    }

    // spec: CON-45
    #[tokio::test]
    async fn nothing_comes_behind_the_end() {
        let log = Arc::new(EventLog::default());
        let mut events = log.observe();
        log.push(closed());
        log.push(slow(1));
        log.push(closed());

        assert_eq!(events.next().await, Some(closed()));
        assert_eq!((events.next().await, log.observe().next().await), (None, None));
    }

    #[tokio::test]
    async fn an_observer_begins_now() {
        let log = Arc::new(EventLog::default());
        log.push(Event::LameDuck);
        let mut events = log.observe();
        assert_eq!(events.try_next(), None);
        log.push(slow(1));

        assert_eq!(events.next().await, Some(slow(1)));
    }

    /// An observer that waits in one task after another, and for long, keeps none of them.
    #[tokio::test]
    async fn an_observer_keeps_one_waker_and_none_when_it_is_gone() {
        let log = Arc::new(EventLog::default());
        let mut events = log.observe();
        for _ in 0..10 {
            let task = tokio::spawn(async move {
                assert!(
                    std::future::poll_fn(|cx| Poll::Ready(events.poll_event(cx)))
                        .await
                        .is_pending()
                );
                events
            });
            events = task.await.unwrap();
            assert_eq!(lock(&log.state).wakers.len(), 1);
        }
        drop(events);

        assert!(lock(&log.state).wakers.is_empty());
    }
}
