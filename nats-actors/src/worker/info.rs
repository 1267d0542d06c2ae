//! Where a message stands in its stream, and how often it was delivered.

use std::time::SystemTime;

/// What the server says about one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryInfo {
    /// The stream that the message is stored in.
    pub stream: &'static str,
    /// The durable consumer that delivered it.
    pub consumer: &'static str,
    /// Its place in the stream: the same in every delivery, so a key for what must happen once.
    pub stream_sequence: u64,
    /// The number of this delivery among all of the consumer.
    pub consumer_sequence: u64,
    /// How often it was delivered, this time included.
    pub deliveries: u64,
    /// Messages that the consumer had still to deliver.
    pub pending: u64,
    /// When the stream stored it.
    pub published: SystemTime,
}
