//! The auditor: a supervised task that reads the dead letters and enters them in the ledger.

use nats_actors::app::{TaskContext, TaskError};
use nats_actors::jetstream::{ConsumerConfig, Delivery};
use nats_actors::worker::header;

use crate::events;
use crate::idempotency;
use crate::ledger::Ledger;
use crate::state::DeadLetter;
use crate::streams;

/// Dead letters that wait for the auditor at a time.
const MAX_IN_FLIGHT: usize = 16;

/// Reads dead letters until the application shuts down. An error calls for another life: the supervisor gives it one,
/// and the durable consumer goes on where this one stopped.
pub(crate) async fn audit(context: TaskContext, ledger: Ledger) -> Result<(), TaskError> {
    let stream = context.jetstream().bind_stream(streams::DEAD_LETTERS)?;
    let consumer = stream.create_consumer(ConsumerConfig::durable("auditor")).await?;
    let mut letters = consumer.messages().max_in_flight(MAX_IN_FLIGHT).await?;
    while let Some(next) = context.unless_shutdown(letters.next()).await {
        let letter = next.ok_or("the dead letters have ended")??;
        enter(&ledger, &letter);
        letter.ack().await?;
    }
    Ok(())
}

/// Enters a letter. One that says nothing of an order of this run is left where it is.
fn enter(ledger: &Ledger, letter: &Delivery) {
    let Ok(headers) = letter.headers() else { return };
    let Some(id) = headers.get(header::SUBJECT).and_then(events::order_of) else { return };
    if headers.get(idempotency::HEADER).is_some_and(|key| ledger.is_of(id, key)) {
        let dead = DeadLetter {
            reason: headers.get(header::REASON).unwrap_or("no reason given").to_owned(),
            stream: letter.stream().to_owned(),
            sequence: letter.info().stream_sequence,
            subject: letter.subject().to_owned(),
        };
        ledger.dead_lettered(id, dead);
    }
}
