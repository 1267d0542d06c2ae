//! Deliveries, a store and a consumer for tests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use crate::jetstream::DeliveryInfo;
use crate::protocol::Message;
use crate::worker::board::Board;
use crate::worker::lease_table::LeaseTerms;
use crate::worker::out::Publication;
use crate::worker::runtime::dispatch::Dispatch;
use crate::worker::runtime::pipeline::Pipeline;
use crate::worker::runtime::port::{BoxError, Parcel, Renewal, Store};
use crate::worker::{Consumer, ConsumerSpec, DeliveryCx, RouteSpec, Settled, Statistics};

/// What was said about deliveries, in order.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<(u64, String)>>>);

impl Log {
    pub(super) fn note(&self, sequence: u64, word: impl Into<String>) {
        self.0.lock().unwrap().push((sequence, word.into()));
    }

    /// What was said about one delivery.
    pub(super) fn of(&self, sequence: u64) -> Vec<String> {
        let log = self.0.lock().unwrap();
        log.iter().filter(|(of, _)| *of == sequence).map(|(_, word)| word.clone()).collect()
    }

    pub(super) fn all(&self) -> Vec<(u64, String)> {
        self.0.lock().unwrap().clone()
    }
}

pub(super) struct Fake {
    message: Message,
    info: DeliveryInfo,
    received_at: Instant,
    log: Log,
    settled: bool,
}

impl Fake {
    fn say(mut self, word: String) -> Result<(), BoxError> {
        self.settled = true;
        self.log.note(self.info.stream_sequence, word);
        Ok(())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if !self.settled {
            self.log.note(self.info.stream_sequence, "dropped");
        }
    }
}

#[derive(Clone)]
pub(super) struct Note(u64, Log);

impl Renewal for Note {
    fn renew(&self) -> bool {
        self.1.note(self.0, "renewed");
        true
    }
}

impl Parcel for Fake {
    type Renewal = Note;

    fn message(&self) -> &Message {
        &self.message
    }

    fn info(&self) -> DeliveryInfo {
        self.info
    }

    fn received_at(&self) -> Instant {
        self.received_at
    }

    async fn ack(self) -> Result<(), BoxError> {
        self.say("ack".into())
    }

    async fn double_ack(self) -> Result<(), BoxError> {
        self.say("double ack".into())
    }

    async fn nak(self, delay: Option<Duration>) -> Result<(), BoxError> {
        self.say(delay.map_or_else(|| "nak".into(), |delay| format!("nak {delay:?}")))
    }

    async fn term(self, reason: &str) -> Result<(), BoxError> {
        let word = format!("term {reason}");
        self.say(word)
    }

    fn forget(self) {
        self.say("forgotten".into()).unwrap();
    }
}

/// Keeps what is stored, unless it is broken.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    pub(super) stored: Arc<Mutex<Vec<Publication>>>,
    pub(super) broken: Arc<AtomicBool>,
}

impl Store for Shelf {
    async fn store(&self, publication: Publication) -> Result<(), BoxError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err("no stream".into());
        }
        self.stored.lock().unwrap().push(publication);
        Ok(())
    }
}

type Handler = dyn for<'a> Fn(DeliveryCx<'a>) -> BoxFuture<'a, Settled> + Send + Sync;

/// Handles by a closure.
pub(super) struct ByClosure(Box<Handler>);

pub(super) const SPEC: ConsumerSpec = ConsumerSpec::new(
    "ORDERS",
    "billing",
    &[RouteSpec::new("placed", "orders.*.placed").params(&[("id", 1)])],
)
.dead_letter("dlq.billing");

impl Consumer for ByClosure {
    const SPEC: ConsumerSpec = SPEC;

    fn handle(&self, _route: usize, cx: DeliveryCx<'_>) -> impl Future<Output = Settled> + Send {
        (self.0)(cx)
    }
}

/// A running pipeline.
pub(super) struct Bench {
    pub(super) log: Log,
    pub(super) shelf: Shelf,
    pub(super) pipeline: Arc<Pipeline<ByClosure, Shelf>>,
    dispatch: Option<Dispatch<ByClosure, Shelf, Fake>>,
    tasks: JoinSet<()>,
    keeper: JoinSet<()>,
    deliveries: HashMap<u64, u64>,
}

impl Bench {
    pub(super) fn new(
        spec: ConsumerSpec,
        handler: impl for<'a> Fn(DeliveryCx<'a>) -> BoxFuture<'a, Settled> + Send + Sync + 'static,
    ) -> Self {
        let (log, shelf) = (Log::default(), Shelf::default());
        let consumer = ByClosure(Box::new(handler));
        let pipeline = Arc::new(Pipeline::new(consumer, spec, shelf.clone(), Board::new()));
        let (mut tasks, mut keeper) = (JoinSet::new(), JoinSet::new());
        let dispatch =
            Dispatch::start(&pipeline, LeaseTerms::new(spec.ack_wait), false, &mut tasks);
        keeper.spawn(dispatch.keeper());
        let deliveries = HashMap::new();
        Self { log, shelf, pipeline, dispatch: Some(dispatch), tasks, keeper, deliveries }
    }

    /// Delivers a message; each time with a higher count.
    pub(super) fn deliver(&mut self, sequence: u64, message: Message) {
        self.deliver_since(sequence, message, Instant::now());
    }

    pub(super) fn deliver_since(&mut self, sequence: u64, message: Message, received_at: Instant) {
        let deliveries = self.deliveries.entry(sequence).or_default();
        *deliveries += 1;
        let info = DeliveryInfo {
            stream_sequence: sequence,
            consumer_sequence: 0,
            num_delivered: *deliveries,
            pending: 0,
            timestamp: SystemTime::UNIX_EPOCH,
        };
        let parcel = Fake { message, info, received_at, log: self.log.clone(), settled: false };
        self.dispatch.as_mut().unwrap().dispatch(parcel, Note(sequence, self.log.clone()));
    }

    pub(super) fn shed(&self, left: Duration) {
        self.dispatch.as_ref().unwrap().shed(left);
    }

    /// Waits until everything is settled.
    pub(super) async fn finish(&mut self) {
        self.dispatch = None;
        let all = async { while self.tasks.join_next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(20), all).await.expect("the shards end");
    }

    /// Cancels everything.
    pub(super) async fn abort(&mut self) {
        self.keeper.abort_all();
        self.tasks.shutdown().await;
    }

    pub(super) fn statistics(&self) -> Statistics {
        self.pipeline.counters.snapshot()
    }

    /// Waits for a condition, at most 20 s.
    pub(super) async fn until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !condition(self) {
            assert!(Instant::now() < deadline, "waited for: {what}; log: {:?}", self.log.all());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

pub(super) fn placed(id: &str) -> Message {
    Message::new(&format!("orders.{id}.placed"), None, None, b"{}")
}
