//! The events of a whole tree, in order, kept in a bounded ring.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use tokio::sync::watch;

use super::event::{Event, EventKind};
use super::sync::lock;

/// Shared by a root supervisor and all supervisors below it.
pub(super) struct History {
    ring: Mutex<Ring>,
    /// How many events there were; closed when the root is over.
    written: watch::Sender<Written>,
}

struct Ring {
    capacity: usize,
    events: VecDeque<Event>,
    next: u64,
}

#[derive(Clone, Copy, Default)]
struct Written {
    count: u64,
    over: bool,
}

impl History {
    pub(super) fn new(capacity: usize) -> Self {
        let ring = Ring { capacity, events: VecDeque::new(), next: 0 };
        Self { ring: Mutex::new(ring), written: watch::Sender::default() }
    }

    pub(super) fn record(&self, child: Arc<str>, kind: EventKind) {
        let mut ring = lock(&self.ring);
        let sequence = ring.next;
        ring.next += 1;
        if ring.events.len() == ring.capacity {
            ring.events.pop_front();
        }
        ring.events.push_back(Event { sequence, at: SystemTime::now(), child, kind });
        self.written.send_modify(|written| written.count = sequence + 1);
    }

    pub(super) fn close(&self) {
        self.written.send_modify(|written| written.over = true);
    }

    /// The first kept event that is not before `sequence`.
    fn read(&self, sequence: u64) -> Option<Event> {
        let ring = lock(&self.ring);
        let oldest = ring.next - ring.events.len() as u64;
        let index = usize::try_from(sequence.saturating_sub(oldest)).ok()?;
        ring.events.get(index).cloned()
    }
}

/// A reader of a supervisor's events, from the oldest that is kept.
///
/// Events wait in a ring of [`history`](super::SupervisorOptions::history) events that all readers share: a slow reader
/// delays nobody, and what it missed is counted.
pub struct Events {
    history: Arc<History>,
    written: watch::Receiver<Written>,
    next: u64,
    skipped: u64,
}

impl Events {
    pub(super) fn new(history: Arc<History>) -> Self {
        let written = history.written.subscribe();
        Self { history, written, next: 0, skipped: 0 }
    }

    /// The next event, in the order in which they happened; `None` after the last one of a supervisor that is over.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no event.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.try_next() {
                return Some(event);
            }
            let seen = self.next;
            let more = self.written.wait_for(|written| written.count > seen || written.over).await;
            if more.is_ok_and(|written| written.count <= seen) {
                return None;
            }
        }
    }

    /// The next event, if it has happened.
    pub fn try_next(&mut self) -> Option<Event> {
        let event = self.history.read(self.next)?;
        self.skipped += event.sequence - self.next;
        self.next = event.sequence + 1;
        Some(event)
    }

    /// How many events were overwritten before this reader came to them.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("next", &self.next)
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_reader_gets_the_kept_events_in_order_and_a_count_of_the_others() {
        let history = Arc::new(History::new(3));
        let mut events = Events::new(Arc::clone(&history));
        (0..5).for_each(|epoch| history.record("a".into(), EventKind::Up { epoch }));

        let read: Vec<_> =
            std::iter::from_fn(|| events.try_next()).map(|event| event.sequence).collect();

        assert_eq!(read, [2, 3, 4]);
        assert_eq!(events.skipped(), 2);
    }
}
