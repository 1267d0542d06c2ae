//! The leases of all deliveries that a consumer holds, and the keeper that renews them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::port::Renewal;
use crate::worker::lease::Lease;
use crate::worker::lease_table::{LeaseId, LeaseTable, LeaseTerms};
use crate::worker::statistics::Counters;

/// Shared by those who hold deliveries and the keeper.
#[derive(Debug)]
pub(crate) struct Leases<R> {
    terms: LeaseTerms,
    /// Whether leases are renewed at all.
    heartbeat: bool,
    table: Mutex<LeaseTable<(Lease, R)>>,
    counters: Arc<Counters>,
}

impl<R: Renewal> Leases<R> {
    pub(crate) fn new(terms: LeaseTerms, heartbeat: bool, counters: Arc<Counters>) -> Arc<Self> {
        Arc::new(Self { terms, heartbeat, table: Mutex::new(LeaseTable::new()), counters })
    }

    /// A delivery arrived.
    pub(crate) fn begin(self: &Arc<Self>, since: Instant, renewal: R) -> HeldLease<R> {
        let lease = Lease::new();
        let id = self.lock().begin(since, (lease.clone(), renewal));
        Counters::count(&self.counters.in_flight);
        HeldLease { leases: Arc::clone(self), id, lease }
    }

    /// Renews what is due and marks what is lost.
    fn review(&self, now: Instant) {
        let review = self.lock().review(self.terms, now);
        for (lease, _) in review.over {
            if lease.lose() {
                Counters::count(&self.counters.leases_lost);
            }
        }
        for (id, (_, renewal)) in review.due {
            if self.heartbeat && renewal.renew() {
                self.lock().renewed(id, now);
                Counters::count(&self.counters.leases_renewed);
            }
        }
    }

    /// Renews leases until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(self.terms.check_every());
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.review(Instant::now());
        }
    }

    fn lock(&self) -> MutexGuard<'_, LeaseTable<(Lease, R)>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lease of one delivery; ends when dropped.
#[derive(Debug)]
pub(crate) struct HeldLease<R: Renewal> {
    leases: Arc<Leases<R>>,
    id: LeaseId,
    lease: Lease,
}

impl<R: Renewal> HeldLease<R> {
    /// What a handler may know of it.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Whether the delivery must be taken for somebody else's by now.
    pub(crate) fn is_over(&self) -> bool {
        self.lease.is_lost()
            || self.leases.lock().is_over(self.id, self.leases.terms, Instant::now())
    }
}

impl<R: Renewal> Drop for HeldLease<R> {
    fn drop(&mut self) {
        self.leases.lock().end(self.id);
        Counters::uncount(&self.leases.counters.in_flight);
    }
}
