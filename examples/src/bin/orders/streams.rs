//! The two streams: what happened to orders, and what could not be handled.

use nats_actors::Client;
use nats_actors::jetstream::{self, ErrorCode, ErrorKind, JetStream, StreamConfig};

/// Everything that happens to orders.
pub(crate) const ORDERS: &str = "ORDERS";

/// Events that billing gave up.
pub(crate) const DEAD_LETTERS: &str = "ORDERS_DEAD";

/// The stream of events. The service answers below `orders.v1`, which is no part of it: a stream that stored requests
/// would answer them.
pub(crate) fn orders() -> StreamConfig {
    StreamConfig::new(ORDERS).description(DESCRIPTION).subjects(["orders.events.>"])
}

pub(crate) fn dead_letters() -> StreamConfig {
    StreamConfig::new(DEAD_LETTERS).description(DESCRIPTION).subjects(["dlq.orders.>"])
}

/// By this the example knows its own streams.
const DESCRIPTION: &str = "Made by the orders example of nats-actors";

/// Why the server cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    #[error("the server has a stream `{0}` that is not from this example; use another server")]
    Foreign(&'static str),
    #[error("JetStream does not answer as it should")]
    JetStream(#[from] jetstream::Error),
}

/// Makes sure that streams of these names are ours to change. With `fresh`, deletes them with all that they hold.
pub(crate) async fn clear_the_way(client: &Client, fresh: bool) -> Result<(), StreamError> {
    let js = client.jetstream();
    for name in [ORDERS, DEAD_LETTERS] {
        if is_there(&js, name).await? && fresh {
            js.delete_stream(name).await?;
        }
    }
    Ok(())
}

async fn is_there(js: &JetStream, name: &'static str) -> Result<bool, StreamError> {
    match js.bind_stream(name)?.info().await {
        Ok(info) if info.config.description.as_deref() == Some(DESCRIPTION) => Ok(true),
        Ok(_) => Err(StreamError::Foreign(name)),
        Err(error) if error.kind() == ErrorKind::Api(ErrorCode::STREAM_NOT_FOUND) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
