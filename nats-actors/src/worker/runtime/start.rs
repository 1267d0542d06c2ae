//! From a factory to a supervised child.

use std::sync::Arc;
use std::time::Duration;

use super::actor::{self, ConsumerMsg};
use super::jetstream::{ConsumerOrigin, Streams};
use super::pipeline::Pipeline;
use super::provisioner::provision;
use super::pump::Pump;
use crate::jetstream::{JetStream, OnConsumerLoss};
use crate::supervisor::{Child, ChildSpec, Life, Restart, StartError};
use crate::worker::board::Board;
use crate::worker::exclusive::{Factory, IntoConsumer};
use crate::worker::lease_table::LeaseTerms;
use crate::worker::spec::{ConsumerSpec, Provision};

/// A consumer as a child of a supervisor: every life finds its consumer on the server and makes a new struct.
pub(crate) fn child<C: IntoConsumer<M>, M: 'static>(
    jetstream: JetStream,
    spec: ConsumerSpec,
    make: Factory<C>,
    board: Arc<Board>,
) -> ChildSpec<ConsumerMsg> {
    let start = move |life: Life| {
        let (js, make, board) = (jetstream.clone(), Arc::clone(&make), Arc::clone(&board));
        async move { begin::<C, M>(life, js, spec, &make, board).await }
    };
    ChildSpec::new(format!("consumer {} on {}", spec.durable, spec.stream), start)
        .restart(Restart::Transient)
        .shutdown(spec.drain_timeout.saturating_add(Duration::from_secs(1)))
}

async fn begin<C: IntoConsumer<M>, M>(
    life: Life,
    jetstream: JetStream,
    spec: ConsumerSpec,
    make: &Factory<C>,
    board: Arc<Board>,
) -> Result<Child<ConsumerMsg>, StartError> {
    let consumer = provision(&jetstream, &spec).await?;
    let ack_wait = consumer.cached_info().and_then(|info| info.config.ack_wait);
    let origin = ConsumerOrigin {
        consumer,
        max_in_flight: usize::try_from(spec.max_in_flight).unwrap_or(usize::MAX),
        on_loss: match spec.provision {
            Provision::Verify => OnConsumerLoss::Wait,
            Provision::Create | Provision::Reconcile => OnConsumerLoss::Recreate,
        },
    };
    let propagator = jetstream.client().propagator().cloned();
    let pipeline = Pipeline::new(C::consumer(make), spec, Streams { jetstream }, board);
    let pump = Pump {
        pipeline: Arc::new(pipeline.propagating(propagator)),
        origin,
        terms: LeaseTerms::new(ack_wait.unwrap_or(spec.ack_wait)),
        exclusive: C::EXCLUSIVE,
    };
    actor::start(&life, pump).await
}
