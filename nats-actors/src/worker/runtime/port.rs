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
    /// Where it stands; `None` if its reply subject cannot be read.
    fn info(&self) -> Option<DeliveryInfo>;
    fn received_at(&self) -> Instant;
    fn renewal(&self) -> Self::Renewal;

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
