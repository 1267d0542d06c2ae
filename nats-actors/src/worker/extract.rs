//! Extractors: arguments of a handler that are neither subject parameter nor payload.

use super::context::DeliveryCx;
use super::lease::Lease;
use super::out::Out;
use super::settled::Settled;
use crate::handler::{HasState, State};
use crate::jetstream::DeliveryInfo;
use crate::protocol::{Headers, Message};

/// An argument that is made from the delivery and the consumer.
///
/// Extractors run in the order of the arguments and before the payload is decoded. The first that refuses decides what
/// becomes of the message; the handler is not run.
///
/// ```
/// use nats_actors::worker::{DeliveryCx, FromDelivery, Settled};
///
/// /// Who pays for it, as a header says.
/// struct Tenant(String);
///
/// impl<C> FromDelivery<C> for Tenant {
///     fn from_delivery(_: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled> {
///         let headers = cx.message().headers_lossy();
///         headers.get("Tenant").map(|name| Self(name.to_owned())).ok_or_else(|| Settled::rejected("no tenant"))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor for the consumer `{C}`",
    label = "not an extractor",
    note = "extractors implement `FromDelivery<{C}>`; built in: `DeliveryInfo`, `Lease`, `Out`, `State<T>`, `Headers`, and with `#[extract]` `Message`",
    note = "the payload takes no `#[extract]`"
)]
pub trait FromDelivery<C>: Sized {
    /// Makes the argument.
    ///
    /// # Errors
    ///
    /// What becomes of the message instead, such as [`Settled::rejected`].
    fn from_delivery(consumer: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled>;
}

impl<C> FromDelivery<C> for DeliveryInfo {
    fn from_delivery(_: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled> {
        Ok(cx.info())
    }
}

impl<C> FromDelivery<C> for Lease {
    fn from_delivery(_: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled> {
        Ok(cx.lease())
    }
}

impl<C> FromDelivery<C> for Out {
    fn from_delivery(_: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled> {
        Ok(cx.out())
    }
}

impl<C: HasState<T>, T: Clone> FromDelivery<C> for State<T> {
    fn from_delivery(consumer: &C, _: &DeliveryCx<'_>) -> Result<Self, Settled> {
        Ok(Self(consumer.state().clone()))
    }
}

/// All headers of the message.
impl<C> FromDelivery<C> for Headers {
    fn from_delivery(_: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled> {
        cx.message()
            .headers()
            .map_err(|error| Settled::rejected(format!("its headers are malformed: {error}")))
    }
}

/// The whole message; shares its buffer.
impl<C> FromDelivery<C> for Message {
    fn from_delivery(_: &C, cx: &DeliveryCx<'_>) -> Result<Self, Settled> {
        Ok(cx.message().clone())
    }
}
