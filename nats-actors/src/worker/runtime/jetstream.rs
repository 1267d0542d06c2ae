//! The pipeline's ports, on JetStream.

use std::time::{Duration, Instant};

use super::port::{BoxError, Feed, Origin, Parcel, Renewal, Store};
use crate::client::Client;
use crate::jetstream::{
    self, Consumer, Delivery, DeliveryInfo, JetStream, Messages, OnConsumerLoss,
};
use crate::protocol::Message;
use crate::worker::out::Publication;

/// A consumer on the server.
pub(crate) struct ConsumerOrigin {
    pub(crate) consumer: Consumer,
    pub(crate) max_in_flight: usize,
    pub(crate) on_loss: OnConsumerLoss,
}

impl Origin for ConsumerOrigin {
    type Parcel = Delivery;
    type Feed = Messages;

    fn renewal(&self, delivery: &Delivery) -> Beat {
        let client = self.consumer.jetstream().client().clone();
        Beat { renewal: delivery.renewal(), client }
    }

    async fn open(&self) -> Result<Messages, BoxError> {
        let messages = self.consumer.messages().max_in_flight(self.max_in_flight);
        Ok(messages.on_consumer_loss(self.on_loss).await?)
    }

    async fn fence(&self, within: Duration) -> Result<(), BoxError> {
        Ok(self.consumer.jetstream().client().flush().timeout(within).await?)
    }
}

impl Feed for Messages {
    type Parcel = Delivery;

    async fn next(&mut self, to: &mut Vec<Delivery>, max: usize) -> Result<usize, BoxError> {
        Ok(self.next_batch(to, max).await?)
    }
}

impl Parcel for Delivery {
    type Renewal = Beat;

    fn message(&self) -> &Message {
        self.message()
    }

    fn info(&self) -> DeliveryInfo {
        self.info()
    }

    fn received_at(&self) -> Instant {
        self.lease_started()
    }

    async fn ack(self) -> Result<(), BoxError> {
        Ok(self.ack().await?)
    }

    async fn double_ack(self) -> Result<(), BoxError> {
        Ok(self.double_ack().await?)
    }

    async fn nak(self, delay: Option<Duration>) -> Result<(), BoxError> {
        Ok(self.nak().delay(delay.unwrap_or_default()).await?)
    }

    async fn term(self, reason: &str) -> Result<(), BoxError> {
        Ok(self.term().reason(reason).await?)
    }

    fn forget(self) {
        self.forget();
    }
}

/// A renewal that knows whether the server can hear it: one that waits for a reconnect renews nothing.
#[derive(Clone)]
pub(crate) struct Beat {
    renewal: jetstream::Renewal,
    client: Client,
}

impl Renewal for Beat {
    fn renew(&self) -> bool {
        self.client.state().is_connected() && self.renewal.in_progress().is_ok()
    }
}

/// Stores through JetStream.
pub(crate) struct Streams {
    pub(crate) jetstream: JetStream,
}

impl Store for Streams {
    async fn store(&self, publication: Publication) -> Result<(), BoxError> {
        let Publication { subject, headers, payload } = publication;
        self.jetstream.publish(subject, payload).headers(&headers).await?;
        Ok(())
    }
}
