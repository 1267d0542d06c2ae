//! Looking at a service from outside.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::supervisor::SlotState;

use super::endpoint::EndpointMsg;
use super::report::{EndpointInfo, EndpointStats, InfoReport, PingReport, StatsReport};
use super::roster::{Entry, Roster};

/// Identity and statistics of a service, as PING, INFO and STATS tell them. Cheap to clone; works after the service has
/// ended, and does not keep it running.
#[derive(Clone, Debug)]
pub struct ServiceHandle {
    roster: Arc<Roster>,
}

impl ServiceHandle {
    pub(super) fn new(roster: Arc<Roster>) -> Self {
        Self { roster }
    }

    /// The name of the service.
    #[must_use]
    pub fn name(&self) -> &str {
        self.roster.name()
    }

    /// The instance: a NUID, the same as long as the service runs, whatever restarts.
    #[must_use]
    pub fn id(&self) -> &str {
        self.roster.id()
    }

    /// What PING answers.
    #[must_use]
    pub fn ping(&self) -> PingReport {
        self.roster.ping()
    }

    /// What INFO answers.
    #[must_use]
    pub fn info(&self) -> InfoReport {
        self.roster.info()
    }

    /// What STATS answers.
    #[must_use]
    pub fn stats(&self) -> StatsReport {
        self.roster.stats()
    }

    /// Begins to count anew: the statistics of all endpoints are zero, and `started` is now.
    pub fn reset(&self) {
        self.roster.reset();
    }

    /// The endpoint of this name; the first one, if several have it.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<EndpointHandle> {
        let entry = self.roster.entries.iter().position(|entry| entry.info.name == name)?;
        Some(EndpointHandle { roster: Arc::clone(&self.roster), entry })
    }

    /// All endpoints, in the order in which they were added.
    #[must_use]
    pub fn endpoints(&self) -> Vec<EndpointHandle> {
        let handle = |entry| EndpointHandle { roster: Arc::clone(&self.roster), entry };
        (0..self.roster.entries.len()).map(handle).collect()
    }

    /// Requests that were answered, and those of them that were refused with code 503.
    pub(super) fn counted(&self) -> (u64, u64) {
        let counted = self.roster.entries.iter().map(|entry| entry.counters.read());
        counted.fold((0, 0), |(all, no), one| (all + one.requests, no + one.refused))
    }
}

/// One endpoint of a service. Cheap to clone; stays valid when the endpoint restarts.
#[derive(Clone, Debug)]
pub struct EndpointHandle {
    roster: Arc<Roster>,
    /// Always the index of an entry.
    entry: usize,
}

impl EndpointHandle {
    /// Where it is in its life, if the service still knows it.
    #[must_use]
    pub fn state(&self) -> Option<SlotState> {
        self.entry().map(|entry| entry.slot.state())
    }

    /// What INFO tells of it.
    #[must_use]
    pub fn info(&self) -> Option<EndpointInfo> {
        self.entry().map(|entry| entry.info.clone())
    }

    /// What STATS tells of it.
    #[must_use]
    pub fn stats(&self) -> Option<EndpointStats> {
        self.entry().map(|entry| self.roster.stats_of(entry))
    }

    /// Changes how many requests run at once, from the next request on and for all later lives; at least 1. An endpoint
    /// of a service with a `&mut self` handler runs one, whatever this says.
    pub fn set_concurrency(&self, requests: usize) {
        if let Some(entry) = self.entry() {
            entry.concurrency.store(requests.max(1), Ordering::Release);
            let _ = entry.slot.cast(EndpointMsg::SetConcurrency(requests));
        }
    }

    /// Ends this life of the endpoint as a crash would, for the case that it hangs: what waits or runs is answered with
    /// code 503, and the supervisor begins the next life after its backoff.
    pub fn restart(&self) {
        if let Some(entry) = self.entry() {
            let _ = entry.slot.cast(EndpointMsg::Crash);
        }
    }

    fn entry(&self) -> Option<&Entry> {
        self.roster.entries.get(self.entry)
    }
}
