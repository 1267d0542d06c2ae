//! What came of a load.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use nats_actors::Event;

/// What came of it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LoadReport {
    /// Requests made and answered.
    pub requests: (u64, u64),
    /// Requests that were to be made each second, and that were: a machine that is too busy makes less.
    pub rate: (u32, u64),
    /// The longest time that a request took.
    pub slowest: Duration,
    /// Requests that failed, by what they said.
    pub errors: BTreeMap<String, u64>,
    /// Publishes to plain subscribers, and what each of both got of them: arrived, repeated, out of order.
    pub plain: (u64, [[u64; 3]; 2]),
    /// Publishes to the queue group, and how many arrived and were repeated.
    pub grouped: (u64, [u64; 2]),
    /// Events that tell of a loss, a disconnect or an error, as text.
    pub alarms: Vec<String>,
    /// How often a client moved.
    pub moves: u64,
}

impl LoadReport {
    /// Whether every request was answered and every message came once, in order, without an alarm.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let (published, subscribers) = self.plain;
        self.requests.0 == self.requests.1
            && self.errors.is_empty()
            && subscribers.iter().all(|seen| *seen == [published, 0, 0])
            && self.grouped.1 == [self.grouped.0, 0]
            && self.alarms.is_empty()
    }

    pub(super) fn see(&mut self, event: &Event) {
        match event {
            Event::Moved { .. } => self.moves += 1,
            Event::Disconnected { .. }
            | Event::PublishLoss(_)
            | Event::SlowConsumer { .. }
            | Event::ServerError(_) => self.alarms.push(format!("{event:?}")),
            _ => {}
        }
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (made, answered) = self.requests;
        writeln!(f, "requests: {made} made, {answered} answered, errors {:?}", self.errors)?;
        let (wanted, per_second) = self.rate;
        writeln!(f, "{per_second} requests/s of {wanted} wanted, slowest {:?}", self.slowest)?;
        let (published, [one, two]) = self.plain;
        writeln!(
            f,
            "plain: {published} published; arrived, repeated, out of order: {one:?} {two:?}"
        )?;
        let (published, seen) = self.grouped;
        writeln!(f, "group: {published} published; arrived, repeated: {seen:?}")?;
        write!(f, "{} moves, alarms: {:?}", self.moves, self.alarms)
    }
}
