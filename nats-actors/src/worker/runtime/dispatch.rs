//! Finds the handler, the key and the shard of each delivery.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::JoinSet;

use super::attempt::panic_text;
use super::job::Job;
use super::leases::Leases;
use super::pipeline::Pipeline;
use super::port::{Parcel, Store};
use super::shard::{self, Order};
use crate::worker::consumer::Consumer;
use crate::worker::drain_plan::{self, Load};
use crate::worker::lease_table::LeaseTerms;
use crate::worker::outcome::Reason;
use crate::worker::statistics::Counters;

/// The shards of a running consumer.
pub(crate) struct Dispatch<C, S, P: Parcel> {
    pipeline: Arc<Pipeline<C, S>>,
    leases: Arc<Leases<P::Renewal>>,
    // What waits in these channels is bounded by the credit of the consumer.
    shards: Vec<UnboundedSender<Order<P>>>,
    order: Lanes,
    /// Lanes in each shard.
    lanes: usize,
    next: usize,
}

/// How lanes are spread.
#[derive(Clone, Copy)]
enum Lanes {
    /// Everything runs at once.
    None,
    /// One lane for everything.
    One,
    /// By the key of each message.
    Keyed,
}

impl<C: Consumer, S: Store, P: Parcel> Dispatch<C, S, P> {
    /// Starts the shards and the keeper of leases in `tasks`.
    pub(crate) fn start(
        pipeline: &Arc<Pipeline<C, S>>,
        terms: LeaseTerms,
        exclusive: bool,
        tasks: &mut JoinSet<()>,
    ) -> Self {
        let counters = Arc::clone(&pipeline.counters);
        let leases = Leases::new(terms, pipeline.spec.heartbeat, counters);
        let order = match (exclusive, pipeline.spec.ordered) {
            (true, _) => Lanes::One,
            (false, None) => Lanes::None,
            (false, Some(_)) => Lanes::Keyed,
        };
        let (count, lanes) = shape(order, pipeline.spec.ordered.map_or(1, |order| order.lanes));
        let shards = (0..count).map(|_| {
            let (sender, orders) = mpsc::unbounded_channel();
            tasks.spawn(shard::run(Arc::clone(pipeline), orders, lanes));
            sender
        });
        let shards = shards.collect();
        Self { pipeline: Arc::clone(pipeline), leases, shards, order, lanes, next: 0 }
    }

    /// The task that renews leases, to be run beside the shards.
    pub(crate) fn keeper(&self) -> impl Future<Output = ()> + Send + use<C, S, P> {
        Arc::clone(&self.leases).keep()
    }

    /// Hands a delivery to its shard.
    pub(crate) fn dispatch(&mut self, parcel: P, renewal: P::Renewal) {
        Counters::count(&self.pipeline.counters.received);
        let (info, lease) = (parcel.info(), self.leases.begin(parcel.received_at(), renewal));
        let (route, lane) = self.place(&parcel);
        let shard = match lane {
            Some(lane) => lane % self.shards.len(),
            None => self.turn(),
        };
        let lane = lane.map(|lane| lane / self.shards.len());
        let job = Job { parcel, info, lease, route, lane };
        if let Some(shard) = self.shards.get(shard) {
            // A shard that is gone drops the delivery, which gives itself back.
            let _ = shard.send(Order::Work(job));
        }
    }

    /// Tells the shards to give back what cannot be finished by a deadline this far away.
    pub(crate) fn shed(&self, left: std::time::Duration) {
        let mean = self.pipeline.counters.mean();
        let keep = drain_plan::keep(Load { waiting: usize::MAX, workers: self.lanes, mean }, left);
        for shard in &self.shards {
            let _ = shard.send(Order::Shed { keep });
        }
    }

    fn place(&self, parcel: &P) -> (Result<usize, Reason>, Option<usize>) {
        let message = parcel.message();
        let route = self.pipeline.spec.route_of(message.subject());
        let route =
            route.ok_or_else(|| Reason::from(format!("no route for `{}`", message.subject())));
        match (self.order, self.pipeline.spec.ordered) {
            (Lanes::One, _) => (route, Some(0)),
            (Lanes::Keyed, Some(order)) => match self.key(route.clone(), parcel) {
                Ok(key) => (route, key.map(|key| order.lane_of(key))),
                Err(reason) => (Err(reason), None),
            },
            _ => (route, None),
        }
    }

    /// The key of a message; code of the user, which may panic.
    fn key(&self, route: Result<usize, Reason>, parcel: &P) -> Result<Option<u64>, Reason> {
        let route = route?;
        let key = || self.pipeline.spec.key_of(route, parcel.message());
        catch_unwind(AssertUnwindSafe(key)).map_err(|panic| {
            Counters::count(&self.pipeline.counters.panicked);
            format!("its key cannot be found: {}", panic_text(panic.as_ref())).into()
        })
    }

    fn turn(&mut self) -> usize {
        self.next = (self.next + 1) % self.shards.len().max(1);
        self.next
    }
}

/// How many shards, and how many lanes in each.
fn shape(order: Lanes, lanes: u32) -> (usize, usize) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let lanes = usize::try_from(lanes).unwrap_or(usize::MAX).max(1);
    match order {
        Lanes::None => (cores, 1),
        Lanes::One => (1, 1),
        Lanes::Keyed => (cores.min(lanes), lanes.div_ceil(cores.min(lanes))),
    }
}
