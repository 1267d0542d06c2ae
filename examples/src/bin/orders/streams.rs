//! The two streams: what happened to orders, and what could not be handled.

use nats_actors::Client;
use nats_actors::jetstream::{Error, ErrorCode, ErrorKind, JetStream, StreamConfig};

/// Everything that happens to orders.
pub(crate) const ORDERS: &str = "ORDERS";

/// Events that billing gave up.
pub(crate) const DEAD_LETTERS: &str = "ORDERS_DEAD";

/// What the stream of events stores. The service answers below `orders.v1`, which is no part of it: a stream that stored
/// requests would answer them.
pub(crate) const EVENT_SUBJECTS: &str = "orders.events.>";

const DEAD_LETTER_SUBJECTS: &str = "dlq.orders.>";

/// What happened to orders. The application creates it, or changes an existing one to be so.
pub(crate) fn events() -> StreamConfig {
    StreamConfig::new(ORDERS)
        .description("What happened to orders; made by the orders example")
        .subjects([EVENT_SUBJECTS])
}

/// What billing gave up.
pub(crate) fn dead_letters() -> StreamConfig {
    StreamConfig::new(DEAD_LETTERS)
        .description("Order events that billing gave up; made by the orders example")
        .subjects([DEAD_LETTER_SUBJECTS])
}

/// Deletes the streams of an earlier run, with all that they hold.
pub(crate) async fn delete(client: &Client) -> Result<(), Error> {
    let js = client.jetstream();
    delete_one(&js, ORDERS).await?;
    delete_one(&js, DEAD_LETTERS).await
}

async fn delete_one(js: &JetStream, name: &str) -> Result<(), Error> {
    match js.delete_stream(name).await {
        Err(error) if error.kind() == ErrorKind::Api(ErrorCode::STREAM_NOT_FOUND) => Ok(()),
        other => other,
    }
}
