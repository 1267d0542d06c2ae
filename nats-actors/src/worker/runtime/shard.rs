//! A shard: one task that runs many handlers side by side, ordered by lanes.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc::UnboundedReceiver;

use super::job::{Job, work};
use super::pipeline::Pipeline;
use super::port::{Parcel, Store};
use crate::worker::consumer::Consumer;
use crate::worker::lanes::Lanes;

/// What a shard is told.
pub(crate) enum Order<P: Parcel> {
    /// Work on this.
    Work(Job<P>),
    /// Give back what waits, but for this many.
    Shed { keep: usize },
}

/// Runs jobs until `orders` is closed and all of them are settled.
///
/// Dropping the future cancels the handlers and gives every delivery back.
pub(crate) async fn run<C: Consumer, S: Store, P: Parcel>(
    pipeline: Arc<Pipeline<C, S>>,
    mut orders: UnboundedReceiver<Order<P>>,
    lanes: usize,
) {
    let mut lanes = Lanes::new(lanes);
    let mut running = FuturesUnordered::new();
    let mut open = true;
    while open || !running.is_empty() {
        let next = tokio::select! {
            // Orders first, so that what is shed is not begun; how many there are is bounded by the credit.
            biased;
            order = orders.recv(), if open => match order {
                Some(Order::Work(job)) => lanes.enter(job.lane.unwrap_or(usize::MAX), job),
                Some(Order::Shed { keep }) => {
                    shed(&pipeline, &mut lanes, keep).await;
                    None
                }
                None => {
                    open = false;
                    None
                }
            },
            Some(lane) = running.next(), if !running.is_empty() => leave(&mut lanes, lane),
        };
        if let Some(job) = next {
            running.push(work(Arc::clone(&pipeline), job));
        }
    }
}

/// The job that runs next, now that a lane is free.
fn leave<P: Parcel>(lanes: &mut Lanes<Job<P>>, lane: Option<usize>) -> Option<Job<P>> {
    lanes.leave(lane?)
}

async fn shed<C: Consumer, S: Store, P: Parcel>(
    pipeline: &Pipeline<C, S>,
    lanes: &mut Lanes<Job<P>>,
    keep: usize,
) {
    for job in lanes.shed(keep) {
        pipeline.give_back(job, None).await;
    }
}
