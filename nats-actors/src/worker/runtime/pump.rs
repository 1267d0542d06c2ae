//! The pump: pulls deliveries, hands them to the shards, and follows the phases of the consumer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::dispatch::Dispatch;
use super::pipeline::Pipeline;
use super::port::{BoxError, Feed, Origin, Store};
use crate::worker::board::Phase;
use crate::worker::consumer::Consumer;
use crate::worker::lease_table::LeaseTerms;

/// What a pump needs besides its pipeline.
pub(crate) struct Pump<C, S, O: Origin> {
    pub(crate) pipeline: Arc<Pipeline<C, S>>,
    pub(crate) origin: O,
    pub(crate) terms: LeaseTerms,
    pub(crate) exclusive: bool,
}

impl<C: Consumer, S: Store, O: Origin> Pump<C, S, O> {
    /// Runs until a drain has ended, or until something failed that is not the fault of a message.
    ///
    /// Dropping the future cancels the handlers and gives every delivery back.
    pub(crate) async fn run(self) -> Result<(), BoxError> {
        let (mut shards, mut keeper) = (JoinSet::new(), JoinSet::new());
        let mut dispatch = Dispatch::start(&self.pipeline, self.terms, self.exclusive, &mut shards);
        keeper.spawn(dispatch.keeper());
        loop {
            match self.pipeline.board.phase() {
                Phase::Running => {
                    if let Err(error) = self.pull(&mut dispatch, &mut shards).await {
                        // Nothing of this life may be left when the next one begins.
                        shards.shutdown().await;
                        return Err(error);
                    }
                }
                Phase::Paused { until, .. } => {
                    dispatch.shed(Duration::ZERO);
                    self.wait(until).await;
                }
                Phase::Draining { by } => {
                    dispatch.shed(by.saturating_duration_since(Instant::now()));
                    drop(dispatch);
                    return self.finish(shards, by).await;
                }
            }
        }
    }

    /// Pulls until the phase changes.
    async fn pull(
        &self,
        dispatch: &mut Dispatch<C, S, O::Parcel>,
        shards: &mut JoinSet<()>,
    ) -> Result<(), BoxError> {
        let mut phases = self.pipeline.board.watch();
        let mut feed = tokio::select! {
            feed = self.origin.open() => feed?,
            _ = phases.wait_for(|phase| *phase != Phase::Running) => return Ok(()),
        };
        let mut batch = Vec::new();
        loop {
            let came = tokio::select! {
                biased;
                _ = phases.wait_for(|phase| *phase != Phase::Running) => return Ok(()),
                Some(ended) = shards.join_next() => return Err(shard_ended(ended)),
                came = feed.next(&mut batch, BATCH) => came?,
            };
            if came == 0 {
                return Err("the server has ended the pull".into());
            }
            for parcel in batch.drain(..) {
                let renewal = self.origin.renewal(&parcel);
                dispatch.dispatch(parcel, renewal);
            }
        }
    }

    async fn wait(&self, until: Option<Instant>) {
        let mut phases = self.pipeline.board.watch();
        let change = phases.wait_for(|phase| !matches!(phase, Phase::Paused { .. }));
        match until {
            None => drop(change.await),
            Some(until) => {
                if tokio::time::timeout_at(until.into(), change).await.is_err() {
                    self.pipeline.board.resume();
                }
            }
        }
    }

    /// Waits for what was kept, gives back the rest at the deadline, and makes sure that the server has heard it all.
    async fn finish(&self, mut shards: JoinSet<()>, by: Instant) -> Result<(), BoxError> {
        let left = by.saturating_duration_since(Instant::now());
        let all = async { while shards.join_next().await.is_some() {} };
        let cut = tokio::time::timeout(left.mul_f64(0.8), all).await.is_err();
        if cut {
            let handlers = self.pipeline.counters.snapshot().in_flight;
            tracing::warn!(
                consumer = self.pipeline.spec.durable,
                handlers,
                "cancelled at the end of the drain"
            );
            shards.shutdown().await;
        }
        let left = by.saturating_duration_since(Instant::now());
        self.origin.fence(left).await?;
        // Nothing is lost, but a drain that cut handlers short was not clean.
        if cut { Err("handlers were cancelled at the end of the drain".into()) } else { Ok(()) }
    }
}

fn shard_ended(ended: Result<(), tokio::task::JoinError>) -> BoxError {
    match ended {
        Ok(()) => "a shard has ended".into(),
        Err(error) => Box::new(error),
    }
}

/// Deliveries that are dispatched before anything else is looked at.
const BATCH: usize = 256;
