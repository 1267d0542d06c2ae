//! Extractors: arguments of a handler that are neither subject parameter nor payload.

use crate::handler::{Deadline, HasState, State};
use crate::protocol::{Headers, Message};

use super::rejection::Rejection;
use super::request::RequestCx;

/// An argument that is made from the request and the service.
///
/// Extractors run in the order of the arguments and before the payload is decoded; the first that
/// refuses answers the request. Write it as `async fn from_parts(..)`.
///
/// ```
/// use nats_actors::service::{FromParts, Rejection, RequestCx};
///
/// /// Who asks, as a header says.
/// struct Tenant(String);
///
/// impl<S: Sync> FromParts<S> for Tenant {
///     async fn from_parts(cx: &RequestCx<'_, S>) -> Result<Self, Rejection> {
///         let headers = cx.message().headers_lossy();
///         headers.get("Tenant").map(|name| Self(name.to_owned())).ok_or_else(|| Rejection::new(401, "no tenant"))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor for the service `{S}`",
    label = "not an extractor",
    note = "extractors implement `FromParts<{S}>`; built in: `State<T>`, `Headers`, `Deadline`, and with `#[extract]` `Message`",
    note = "the payload takes no `#[extract]`"
)]
pub trait FromParts<S>: Sized {
    /// Makes the argument, or refuses the request.
    ///
    /// # Errors
    ///
    /// [`Rejection`]: the code and the text that the caller gets. The handler is not called then.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped as that of the handler, at the request's deadline for example.
    fn from_parts(cx: &RequestCx<'_, S>) -> impl Future<Output = Result<Self, Rejection>> + Send;
}

impl<S, T> FromParts<S> for State<T>
where
    S: HasState<T> + Sync,
    T: Clone + Send,
{
    async fn from_parts(cx: &RequestCx<'_, S>) -> Result<Self, Rejection> {
        Ok(Self(cx.service().state().clone()))
    }
}

/// All headers of the request. Malformed ones are refused with code 400.
impl<S: Sync> FromParts<S> for Headers {
    async fn from_parts(cx: &RequestCx<'_, S>) -> Result<Self, Rejection> {
        let headers = cx.message().headers();
        headers.map_err(|error| Rejection::new(400, format!("the headers cannot be read: {error}")))
    }
}

impl<S: Sync> FromParts<S> for Deadline {
    async fn from_parts(cx: &RequestCx<'_, S>) -> Result<Self, Rejection> {
        Ok(cx.deadline())
    }
}

/// The whole message; shares its buffer.
impl<S: Sync> FromParts<S> for Message {
    async fn from_parts(cx: &RequestCx<'_, S>) -> Result<Self, Rejection> {
        Ok(cx.message().clone())
    }
}
