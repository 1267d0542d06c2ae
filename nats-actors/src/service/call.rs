//! One call: a builder that is awaited.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

use crate::handler::{BadToken, Decodes, Encodes, SubjectWriter, TIMEOUT_MS};
use crate::protocol::{HeaderError, Headers, Message};

use super::call_error::CallError;
use super::endpoint::ServiceMeta;
use super::service_error::{ServiceError, WireError};
use super::spec::EndpointSpec;
use super::transport::Transport;

/// A call that has not been sent: `.await` sends it and waits for the reply.
///
/// `X` carries it to the service `S`, whose codec encodes the payload `P` and decodes the reply `T`;
/// the handler fails with `E`.
///
/// # Errors
///
/// [`CallError`]: that of the handler, what went wrong on the way, or what could not be encoded or decoded.
///
/// # Cancel safety
///
/// Dropping the future forgets the reply; the request may have been sent and executed.
#[must_use = "a call does nothing until awaited"]
pub struct Call<'c, X, S, P: ?Sized, T, E> {
    transport: &'c X,
    payload: &'c P,
    subject: Result<String, BadToken>,
    headers: Headers,
    bad_header: Option<HeaderError>,
    timeout: Duration,
    types: PhantomData<fn(S) -> Result<T, E>>,
}

impl<'c, X, S, P: ?Sized, T, E> Call<'c, X, S, P, T, E> {
    /// A call of the endpoint `spec`, with its timeout.
    pub fn new(
        transport: &'c X,
        spec: &EndpointSpec,
        subject: SubjectWriter<'_>,
        payload: &'c P,
    ) -> Self {
        Self {
            transport,
            payload,
            subject: subject.finish(),
            headers: Headers::new(),
            bad_header: None,
            timeout: spec.default_timeout(),
            types: PhantomData,
        }
    }

    /// Sets how long to wait for the reply, and tells the service so. Default: the timeout of the
    /// endpoint.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self.header(TIMEOUT_MS, timeout.as_millis().to_string())
    }

    /// Sets a header of the request. One that is not legal fails the call before it is sent. Default: none.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        if let Err(error) = self.headers.insert(name, value) {
            self.bad_header.get_or_insert(error);
        }
        self
    }
}

impl<X, S: ServiceMeta<Codec: Encodes<P>>, P: ?Sized, T, E> Call<'_, X, S, P, T, E> {
    fn request(self) -> Result<(String, Headers, Bytes), CallError<E>> {
        let subject = self.subject.map_err(CallError::BadToken)?;
        if let Some(error) = self.bad_header {
            return Err(CallError::BadHeader(error));
        }
        let mut payload = Vec::new();
        S::Codec::encode(self.payload, &mut payload).map_err(CallError::Encode)?;
        Ok((subject, self.headers, payload.into()))
    }
}

impl<'c, X, S, P, T, E> IntoFuture for Call<'c, X, S, P, T, E>
where
    X: Transport,
    S: ServiceMeta<Codec: Encodes<P> + Decodes<T>>,
    P: ?Sized,
    T: 'c,
    E: ServiceError,
{
    type Output = Result<T, CallError<E>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        let (transport, timeout) = (self.transport, self.timeout);
        let request = self.request();
        Box::pin(send::<X, S::Codec, T, E>(transport, request, timeout))
    }
}

async fn send<X, C, T, E>(
    transport: &X,
    request: Result<(String, Headers, Bytes), CallError<E>>,
    timeout: Duration,
) -> Result<T, CallError<E>>
where
    X: Transport,
    C: Decodes<T>,
    E: ServiceError,
{
    let (subject, headers, payload) = request?;
    let reply = transport.call(subject, headers, payload, timeout).await?;
    decode::<C, T, E>(&reply)
}

/// The value, unless the reply says that it is an error, whatever its payload.
fn decode<C: Decodes<T>, T, E: ServiceError>(reply: &Message) -> Result<T, CallError<E>> {
    match WireError::of_reply(reply).map_err(CallError::BadHeader)? {
        None => C::decode(&reply.payload_bytes()).map_err(CallError::Decode),
        Some(error) => Err(match E::decode(&error) {
            Some(typed) => CallError::Service(typed),
            None => CallError::Untyped(error.into()),
        }),
    }
}

impl<X, S, P: ?Sized, T, E> fmt::Debug for Call<'_, X, S, P, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("subject", &self.subject)
            .field("headers", &self.headers)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
