//! Announcing what happened to orders, each event stored once.

use std::time::Duration;

use nats_actors::jetstream::{self, ErrorCode, ErrorKind, JetStream, PubAck};
use serde::{Deserialize, Serialize};

use crate::idempotency;
use crate::order::{Order, OrderId, Simulate};
use crate::streams;

/// How long the stream may take to confirm; less than the caller of the service waits.
const PATIENCE: Duration = Duration::from_millis(1500);

/// An order was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderPlaced {
    pub(crate) order: Order,
}

/// Publishes events, and knows that the stream has them. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    js: JetStream,
}

/// Why an event may not be stored. Trying again is safe.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    #[error("the event cannot be encoded")]
    Encode(#[from] serde_json::Error),
    #[error("the stream did not confirm the event")]
    JetStream(#[from] jetstream::Error),
}

/// Whose event the stream holds under an order's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    /// That of this request, by this attempt or an earlier one.
    Ours,
    /// That of another request, maybe of an earlier run.
    OfAnother,
}

impl Events {
    pub(crate) fn new(js: JetStream) -> Self {
        Self { js: js.timeout(PATIENCE) }
    }

    /// Stores that an order was placed by the request with this key.
    ///
    /// The order's number is the message id: however often this is tried, one event is stored.
    pub(crate) async fn placed(&self, order: &Order, key: &str) -> Result<Stored, EventError> {
        let ack = self
            .js
            .publish(placed_subject(order.id), encode(order)?)
            .message_id(order.id.to_string())
            .header(idempotency::HEADER, key)
            .await?;
        if ack.duplicate { self.whose(&ack, key).await } else { Ok(Stored::Ours) }
    }

    /// Stores that an order was cancelled.
    pub(crate) async fn cancelled(&self, id: OrderId) -> Result<(), EventError> {
        let event = self.js.publish(format!("orders.events.{id}.cancelled"), "");
        event.message_id(format!("{id}-cancelled")).await?;
        Ok(())
    }

    /// The event was there before: an attempt of ours whose confirmation was lost, or somebody else's order.
    async fn whose(&self, ack: &PubAck, key: &str) -> Result<Stored, EventError> {
        let stream = self.js.bind_stream(streams::ORDERS)?;
        match stream.message(ack.sequence).await {
            Ok(first) if first.headers()?.get(idempotency::HEADER) == Some(key) => Ok(Stored::Ours),
            Ok(_) => Ok(Stored::OfAnother),
            Err(error) if error.kind() == ErrorKind::Api(ErrorCode::NO_MESSAGE_FOUND) => {
                Ok(Stored::OfAnother)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn placed_subject(id: OrderId) -> String {
    format!("orders.events.{id}.placed")
}

/// The order that an event is about.
pub(crate) fn order_of(subject: &str) -> Option<OrderId> {
    subject.strip_prefix("orders.events.")?.split('.').next()?.parse().ok()
}

/// The event as JSON; or, on demand, half of it.
fn encode(order: &Order) -> Result<Vec<u8>, serde_json::Error> {
    let mut event = serde_json::to_vec(&OrderPlaced { order: order.clone() })?;
    if order.what.simulate == Some(Simulate::BrokenEvent) {
        event.truncate(event.len() / 2);
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_order_is_in_its_subject() {
        assert_eq!(order_of(&placed_subject(OrderId(7))), Some(OrderId(7)));
        assert_eq!(order_of("orders.events.seven.placed"), None);
        assert_eq!(order_of("orders.v1.7.place"), None);
    }
}
