//! One delivery, from its arrival in a lane to its settlement.

use std::sync::Arc;
use std::time::Duration;

use super::leases::HeldLease;
use super::pipeline::Pipeline;
use super::port::{Parcel, Store};
use crate::jetstream::DeliveryInfo;
use crate::worker::consumer::Consumer;
use crate::worker::outcome::Reason;
use crate::worker::settled::Settled;
use crate::worker::statistics::Counters;
use crate::worker::verdict::{Admission, Attempts, Verdict, admit, decide};

/// A delivery with its lease and its place.
pub(crate) struct Job<P: Parcel> {
    pub(crate) parcel: P,
    pub(crate) info: DeliveryInfo,
    pub(crate) lease: HeldLease<P::Renewal>,
    /// Its handler, or why it has none.
    pub(crate) route: Result<usize, Reason>,
    /// Its lane within the shard, if it is ordered.
    pub(crate) lane: Option<usize>,
}

impl<P: Parcel> Job<P> {
    fn attempts<C: Consumer, S: Store>(&self, pipeline: &Pipeline<C, S>) -> Attempts {
        let deliveries = u32::try_from(self.info.num_delivered).unwrap_or(u32::MAX);
        Attempts {
            deliveries,
            in_place: 0,
            excused: pipeline.excused.of(self.info.stream_sequence),
        }
    }
}

/// Works on a delivery until it is settled; returns the lane that is free now.
pub(crate) async fn work<C: Consumer, S: Store, P: Parcel>(
    pipeline: Arc<Pipeline<C, S>>,
    job: Job<P>,
) -> Option<usize> {
    let lane = job.lane;
    let mut attempts = job.attempts(&pipeline);
    loop {
        if pipeline.board.is_paused() {
            pipeline.give_back(job, None).await;
            break;
        }
        let settled = match admit(&pipeline.spec, attempts, job.lease.is_over()) {
            Admission::Run => pipeline.settled(&job, attempts).await,
            Admission::Exhausted(reason) => Settled::rejected(reason),
            Admission::Stale => {
                pipeline.skip_stale(job);
                break;
            }
        };
        match decide(&pipeline.spec, settled, attempts, fastrand::f64()) {
            Verdict::RunAgain { rest, snoozed } => {
                if !pipeline.rest(rest, snoozed).await {
                    pipeline.give_back(job, Some(rest)).await;
                    break;
                }
                attempts.in_place = attempts.in_place.saturating_add(1);
                attempts.excused = attempts.excused.saturating_add(u32::from(snoozed));
            }
            verdict => {
                pipeline.settle(job, verdict, attempts).await;
                break;
            }
        }
    }
    lane
}

impl<C: Consumer, S: Store> Pipeline<C, S> {
    async fn settled<P: Parcel>(&self, job: &Job<P>, attempts: Attempts) -> Settled {
        if let Err(error) = job.parcel.message().headers() {
            return Settled::rejected(format!("its headers are malformed: {error}"));
        }
        match &job.route {
            Ok(route) => self.attempt(job, *route, attempts.number()).await,
            Err(reason) => Settled::rejected(reason.clone()),
        }
    }

    /// Rests in place, the lane held and the lease kept; `false` if the consumer stops meanwhile.
    async fn rest(&self, rest: Duration, snoozed: bool) -> bool {
        Counters::count(if snoozed { &self.counters.snoozed } else { &self.counters.retried });
        let _held = Held::lane(&self.counters);
        tokio::select! {
            () = tokio::time::sleep(rest) => true,
            () = self.board.gives_back() => false,
        }
    }
}

/// Counts a held lane while it lives.
struct Held<'a>(&'a Counters);

impl<'a> Held<'a> {
    fn lane(counters: &'a Counters) -> Self {
        Counters::count(&counters.lanes_held);
        Self(counters)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        Counters::uncount(&self.0.lanes_held);
    }
}
