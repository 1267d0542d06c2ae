//! One request, however often it is sent.

use nats_actors::service::{FromParts, Rejection, RequestCx};

/// The header that tells one request from another; it is kept with the event.
pub(crate) const HEADER: &str = "Idempotency-Key";

/// The key of a request: an extractor of any service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(pub(crate) String);

impl<S: Sync> FromParts<S> for IdempotencyKey {
    async fn from_parts(cx: &RequestCx<'_, S>) -> Result<Self, Rejection> {
        let headers = cx.message().headers().map_err(|bad| Rejection::new(400, bad.to_string()))?;
        let key = headers.get(HEADER).ok_or_else(|| Rejection::new(400, "no Idempotency-Key"))?;
        Ok(Self(key.to_owned()))
    }
}
