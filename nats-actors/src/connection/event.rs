//! What a user may observe about a connection.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::watch;

use super::lock::lock;
use crate::protocol::ServerError;
use crate::session::Loss;

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A server accepted the connection.
    Connected {
        /// Counts the connections of this client, from 1.
        epoch: u64,
        /// The address of the server.
        server: String,
    },
    /// The client has moved to another server, without an interruption.
    Moved {
        /// Counts the connections of this client, from 1.
        epoch: u64,
        /// The address of the server.
        server: String,
    },
    /// The connection was lost; the client looks for another one.
    Disconnected {
        /// Counts the connections of this client, from 1.
        epoch: u64,
        /// Why, for a person to read.
        reason: String,
    },
    /// An attempt to connect failed.
    ConnectFailed {
        /// The address of the server.
        server: String,
        /// Why, for a person to read.
        reason: String,
    },
    /// The client is closed; nothing follows.
    Closed,
    /// The server will shut down soon.
    LameDuck,
    /// The list of known servers changed.
    ServersChanged {
        /// Every address that is known now.
        servers: Vec<String>,
    },
    /// Publishes that the lost connection took and never confirmed.
    PublishLoss(Loss),
    /// A subscription is too slow: the first message of an episode was dropped, or the episode ended.
    ///
    /// An episode ends when everything that waited was taken.
    SlowConsumer {
        /// What the subscription listens to.
        subject: String,
        /// Messages dropped in this episode so far.
        dropped: u64,
        /// Whether the episode is over, which makes `dropped` final.
        ended: bool,
    },
    /// The server reported an error.
    ServerError(ServerError),
    /// An observer read too slowly, and so many reports of slow consumers and server errors are missing here.
    ///
    /// Changes of the connection's state are never missing.
    Skipped {
        /// How many.
        count: u64,
    },
}

impl Event {
    const fn is_expendable(&self) -> bool {
        matches!(self, Self::SlowConsumer { .. } | Self::ServerError(_))
    }
}

/// How many events are kept for observers that read late.
const KEPT: usize = 4096;

/// The events of one connection, in order, for any number of observers.
#[derive(Debug)]
pub(crate) struct EventLog {
    kept: Mutex<VecDeque<(u64, Event)>>,
    newest: watch::Sender<u64>,
}

impl EventLog {
    pub(super) fn new() -> Self {
        Self { kept: Mutex::default(), newest: watch::Sender::new(0) }
    }

    pub(crate) fn push(&self, event: Event) {
        let mut kept = lock(&self.kept);
        if kept.len() >= KEPT {
            let victim = kept.iter().position(|(_, event)| event.is_expendable()).unwrap_or(0);
            kept.remove(victim);
        }
        let number = *self.newest.borrow() + 1;
        kept.push_back((number, event));
        drop(kept);
        self.newest.send_replace(number);
    }

    pub(crate) fn observe(self: &Arc<Self>) -> Events {
        let newest = self.newest.subscribe();
        let kept = lock(&self.kept);
        let seen = kept.back().map_or(0, |(number, _)| *number);
        let closed = matches!(kept.back(), Some((_, Event::Closed)));
        drop(kept);
        Events { log: Arc::clone(self), newest, seen, closed, held: None }
    }

    /// The first event behind `seen`, with its number.
    fn after(&self, seen: u64) -> Option<(u64, Event)> {
        let kept = lock(&self.kept);
        let at = kept.partition_point(|(number, _)| *number <= seen);
        kept.get(at).cloned()
    }
}

/// The events of a connection, from the moment when this observer was made.
///
/// Every observer sees every change of the connection's state, in order, however slowly it reads. It ends behind
/// [`Event::Closed`], and at once if the client is closed already.
#[derive(Debug)]
pub struct Events {
    log: Arc<EventLog>,
    newest: watch::Receiver<u64>,
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
        loop {
            if let Some(event) = self.try_next() {
                return Some(event);
            }
            if self.closed || self.newest.changed().await.is_err() {
                return None;
            }
        }
    }

    /// The next event, if it is there already.
    pub fn try_next(&mut self) -> Option<Event> {
        if let Some(event) = self.held.take() {
            return Some(event);
        }
        if self.closed {
            return None;
        }
        let (number, event) = self.log.after(self.seen)?;
        let skipped = number - self.seen - 1;
        self.seen = number;
        self.closed = event == Event::Closed;
        if skipped > 0 {
            self.held = Some(event);
            return Some(Event::Skipped { count: skipped });
        }
        Some(event)
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let next = std::pin::pin!(self.next());
        next.poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(dropped: u64) -> Event {
        Event::SlowConsumer { subject: "s".into(), dropped, ended: false }
    }

    #[tokio::test]
    async fn a_late_observer_misses_no_change_of_state() {
        let log = Arc::new(EventLog::new());
        let mut events = log.observe();
        log.push(Event::LameDuck);
        for n in 0..2 * KEPT as u64 {
            log.push(slow(n));
        }
        log.push(Event::Closed);

        assert_eq!(events.next().await, Some(Event::LameDuck));
        assert!(matches!(events.next().await, Some(Event::Skipped { count }) if count > 0));
        let mut last = None;
        while let Some(event) = events.next().await {
            last = Some(event);
        }
        assert_eq!(last, Some(Event::Closed));
    }

    #[tokio::test]
    async fn an_observer_begins_now() {
        let log = Arc::new(EventLog::new());
        log.push(Event::LameDuck);
        let mut events = log.observe();
        assert_eq!(events.try_next(), None);
        log.push(slow(1));

        assert_eq!(events.next().await, Some(slow(1)));
    }
}
