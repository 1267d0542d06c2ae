//! What a handler is given of a delivery.

use super::consumer::ConsumerMeta;
use super::extract::FromDelivery;
use super::lease::Lease;
use super::out::{Out, Staged};
use super::route::RouteSpec;
use super::settled::Settled;
use crate::handler::{Decodes, SubjectParam};
use crate::jetstream::DeliveryInfo;
use crate::protocol::Message;

/// A message and all that is known about it, for the time of one attempt.
#[derive(Debug)]
pub struct DeliveryCx<'a> {
    pub(crate) message: &'a Message,
    pub(crate) info: DeliveryInfo,
    pub(crate) attempt: u32,
    pub(crate) route: &'a RouteSpec,
    pub(crate) lease: &'a Lease,
    pub(crate) staged: &'a Staged,
}

impl<'a> DeliveryCx<'a> {
    /// The message.
    #[must_use]
    pub fn message(&self) -> &'a Message {
        self.message
    }

    /// Where the message stands in its stream.
    #[must_use]
    pub fn info(&self) -> DeliveryInfo {
        self.info
    }

    /// The number of this attempt; the first is 1.
    ///
    /// At most the number of deliveries and of runs in place. Attempts that died with their process count; snoozes do
    /// not, as far as this process made them.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The route that the message took.
    #[must_use]
    pub fn route(&self) -> &'a RouteSpec {
        self.route
    }

    /// The token that stands for a placeholder of the route.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'a str> {
        self.route.param(name, self.message.subject())
    }

    /// A placeholder of the route, as a value.
    ///
    /// # Errors
    ///
    /// The message is to become a dead letter: its token cannot be read as a `T`.
    pub fn parse<T: SubjectParam>(&self, name: &str) -> Result<T, Settled> {
        let subject = self.message.subject();
        let token = self
            .param(name)
            .ok_or_else(|| Settled::rejected(format!("`{subject}` has no token `{name}`")))?;
        T::parse_token(token)
            .map_err(|error| Settled::rejected(format!("token `{name}` of `{subject}`: {error}")))
    }

    /// The payload, as a value that codec `D` reads.
    ///
    /// # Errors
    ///
    /// The message is to become a dead letter: its payload cannot be read as a `T`.
    pub fn decode<D: Decodes<T>, T>(&self) -> Result<T, Settled> {
        D::decode(&self.message.payload_bytes())
            .map_err(|error| Settled::rejected(format!("the payload cannot be read: {error}")))
    }

    /// The payload, as a value that the codec of consumer `C` reads.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn payload<C: ConsumerMeta<Codec: Decodes<T>>, T>(&self) -> Result<T, Settled> {
        self.decode::<C::Codec, T>()
    }

    /// An argument that is made from the delivery and the consumer.
    ///
    /// # Errors
    ///
    /// What becomes of the message instead.
    pub fn extract<T: FromDelivery<C>, C>(&self, consumer: &C) -> Result<T, Settled> {
        T::from_delivery(consumer, self)
    }

    /// Where to put what is published if the handler ends well.
    #[must_use]
    pub fn out(&self) -> Out {
        self.staged.out()
    }

    /// Whether the message still belongs to this process.
    #[must_use]
    pub fn lease(&self) -> Lease {
        self.lease.clone()
    }
}
