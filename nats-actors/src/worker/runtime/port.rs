//! What the pipeline needs of JetStream, and nothing more.

use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

use crate::jetstream::DeliveryInfo;
use crate::protocol::Message;
use crate::worker::out::Publication;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// One delivery, to be settled once. Dropped unsettled, it gives itself back.
pub(crate) trait Parcel: Send + Sync + 'static {
    /// How its lease is renewed while somebody else holds it.
    type Renewal: Renewal;

    fn message(&self) -> &Message;
    fn info(&self) -> DeliveryInfo;
    fn received_at(&self) -> Instant;

    fn ack(self) -> impl Future<Output = Result<(), BoxError>> + Send;
    fn double_ack(self) -> impl Future<Output = Result<(), BoxError>> + Send;
    /// Gives it back; without a delay it is delivered again at once.
    fn nak(self, delay: Option<Duration>) -> impl Future<Output = Result<(), BoxError>> + Send;
    fn term(self, reason: &str) -> impl Future<Output = Result<(), BoxError>> + Send;
    /// Lets go without a word: it belongs to somebody else.
    fn forget(self);
}

/// Tells the server that a delivery is still being worked on.
pub(crate) trait Renewal: Clone + Send + Sync + 'static {
    /// Whether the server can have heard it.
    fn renew(&self) -> bool;
}

/// Stores messages, and knows when they are stored.
pub(crate) trait Store: Send + Sync + 'static {
    /// Ends when a stream has confirmed that it has the message.
    fn store(&self, publication: Publication) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Where deliveries come from.
pub(crate) trait Origin: Send + Sync + 'static {
    type Parcel: Parcel;
    type Feed: Feed<Parcel = Self::Parcel>;

    /// A way to renew the lease of a delivery.
    fn renewal(&self, parcel: &Self::Parcel) -> <Self::Parcel as Parcel>::Renewal;
    /// Begins to pull.
    fn open(&self) -> impl Future<Output = Result<Self::Feed, BoxError>> + Send;
    /// Ends when the server has read everything that was said before.
    fn fence(&self, within: Duration) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Deliveries as they come. Dropping it stops the pull and gives back what was not taken out.
pub(crate) trait Feed: Send + 'static {
    type Parcel: Parcel;

    /// Waits for at least one delivery and appends up to `max` to `to`; 0 when there will be none. Cancel safe.
    fn next(
        &mut self,
        to: &mut Vec<Self::Parcel>,
        max: usize,
    ) -> impl Future<Output = Result<usize, BoxError>> + Send;
}
