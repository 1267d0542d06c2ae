//! Calling an actor of another process.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use super::call::Call;
use super::call_error::CallError;
use crate::client::{Client, Request};
use crate::codec::{Decodes, Json};
use crate::protocol::Message;

/// A call about to be made; `.await` makes it and waits for the answer.
///
/// # Errors
///
/// [`CallError`]; a call that cannot be written as JSON is a [`Request`](CallError::Request) of the kind
/// [`Codec`](crate::ErrorKind::Codec), and nothing is sent.
///
/// # Cancel safety
///
/// Dropping the future forgets the call and leaves nothing behind here; the actor may still execute it.
///
/// # Panics
///
/// Awaited outside of a tokio runtime with time.
///
/// ```no_run
/// # use nats_actors::actor::Call;
/// # #[derive(serde::Serialize, serde::Deserialize)]
/// # struct Add { amount: u32 }
/// # impl Call for Add { type Reply = u64; type Error = String; }
/// # async fn example(client: nats_actors::Client) {
/// use nats_actors::actor::CallError;
///
/// match client.call("counter.add", &Add { amount: 2 }).await {
///     Ok(total) => println!("{total}"),
///     Err(CallError::Actor(error)) => println!("the actor says: {error}"),
///     Err(error) => println!("no answer: {error}"),
/// }
/// # }
/// ```
#[must_use = "a call does nothing until awaited"]
pub struct RemoteCall<'a, C> {
    request: Request<'a>,
    call: PhantomData<fn(C)>,
}

impl Client {
    /// Calls the actor that answers at `subject`, in whatever process it lives; see [`RemoteCall`].
    ///
    /// The other side is [`Subscribe::answer_from`](crate::Subscribe::answer_from).
    pub fn call<'a, C: Call>(
        &'a self,
        subject: impl Into<Cow<'a, str>>,
        call: &C,
    ) -> RemoteCall<'a, C> {
        RemoteCall { request: self.request(subject, ()).json(call), call: PhantomData }
    }
}

impl<C> RemoteCall<'_, C> {
    /// How long to wait for the answer. Default: the request timeout of the options.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request = self.request.timeout(timeout);
        self
    }

    /// Adds a header; a name may be added several times. Default: no headers.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.request = self.request.header(name, value);
        self
    }
}

impl<'a, C: Call> IntoFuture for RemoteCall<'a, C> {
    type Output = Result<C::Reply, CallError<C::Error>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let request = self.request;
        Box::pin(async move { read::<C>(&request.await.map_err(CallError::Request)?) })
    }
}

/// An error with a body is the actor's; one without is of whoever stands before the actor.
fn read<C: Call>(answer: &Message) -> Result<C::Reply, CallError<C::Error>> {
    let payload = answer.payload_bytes();
    match answer.service_error() {
        None => Json::decode(&payload).map_err(CallError::Decode),
        Some(refusal) if payload.is_empty() => Err(CallError::Refused(refusal)),
        Some(refusal) => Err(match Json::decode(&payload) {
            Ok(error) => CallError::Actor(error),
            Err(_) => CallError::Refused(refusal),
        }),
    }
}

impl<C> fmt::Debug for RemoteCall<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteCall").field("request", &self.request).finish_non_exhaustive()
    }
}
