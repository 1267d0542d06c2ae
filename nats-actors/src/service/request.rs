//! One request on its way through an endpoint.

use std::fmt;
use std::time::Instant;

use crate::handler::{Deadline, Decodes, Encodes, Route, SubjectParam};
use crate::protocol::Message;

use super::endpoint::ServiceMeta;
use super::rejection::Rejection;
use super::reply::Reply;
use super::service_error::ServiceError;
use super::spec::EndpointSpec;

/// A message, the endpoint that it came to, and when.
#[derive(Debug)]
pub struct Request<'a> {
    message: &'a Message,
    spec: &'a EndpointSpec,
    route: &'a Route,
    received: Instant,
    /// What the reply is encoded into; empty, but maybe with room.
    buffer: Vec<u8>,
}

/// What an extractor may look at: the request and the service that it came to.
pub struct RequestCx<'a, S> {
    service: &'a S,
    request: &'a Request<'a>,
}

impl<'a> Request<'a> {
    pub(super) fn new(
        message: &'a Message,
        spec: &'a EndpointSpec,
        route: &'a Route,
        received: Instant,
    ) -> Self {
        Self { message, spec, route, received, buffer: Vec::new() }
    }

    /// Encodes the reply into `buffer`, which is cleared first. [`Reply::into_buffer`] gives it
    /// back, so that one who answers many requests allocates for few of them.
    #[must_use]
    pub fn with_buffer(mut self, mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        self.buffer = buffer;
        self
    }

    /// The message as it came.
    #[must_use]
    pub fn message(&self) -> &'a Message {
        self.message
    }

    /// What the endpoint says about itself.
    #[must_use]
    pub fn spec(&self) -> &'a EndpointSpec {
        self.spec
    }

    /// When the message came.
    #[must_use]
    pub fn received(&self) -> Instant {
        self.received
    }

    /// When the caller stops waiting: what it said in
    /// [`TIMEOUT_MS`](crate::handler::TIMEOUT_MS), else the timeout of the endpoint.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        let block = self.message.header_block();
        Deadline::of_message(block, self.received, self.spec.default_timeout())
    }

    /// The token of the subject that is the parameter `name`, as text.
    #[must_use]
    pub fn token(&self, name: &str) -> Option<&'a str> {
        self.route.token(name, self.message.subject()).map(|(_, token)| token)
    }

    /// The payload, decoded by the codec of the service `S`.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with code 400 that says why, if it is no `T`.
    pub fn payload<S, T>(&self) -> Result<T, Rejection>
    where
        S: ServiceMeta<Codec: Decodes<T>>,
    {
        S::Codec::decode(&self.message.payload_bytes()).map_err(|error| Rejection::payload(&error))
    }

    /// The reply of the service `S` to this request: the value encoded by its codec, or the error
    /// as headers and body.
    ///
    /// A value that the codec cannot encode becomes an internal error; its reason stays in the reply's
    /// [`Failure`](super::Failure).
    #[must_use]
    pub fn reply<S, T, E>(self, result: Result<T, E>) -> Reply
    where
        S: ServiceMeta<Codec: Encodes<T>>,
        E: ServiceError,
    {
        match result {
            Ok(value) => Reply::encoded::<S::Codec, T>(&value, self.buffer),
            Err(error) => Reply::error(&error),
        }
    }

    fn parameter<T: SubjectParam>(&self, name: &str) -> Result<T, Rejection> {
        let Some((number, token)) = self.route.token(name, self.message.subject()) else {
            return Err(Rejection::new(400, format!("the subject has no token `{name}`")));
        };
        T::parse_token(token).map_err(|error| {
            let text = format!("token {number} of the subject, `{name}`, is {token:?}: {error}");
            Rejection::new(400, text)
        })
    }
}

impl<'a, S> RequestCx<'a, S> {
    /// The view of `request` that extractors of `service` get.
    #[must_use]
    pub fn new(service: &'a S, request: &'a Request<'a>) -> Self {
        Self { service, request }
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'a S {
        self.service
    }

    /// The message as it came.
    #[must_use]
    pub fn message(&self) -> &'a Message {
        self.request.message
    }

    /// What the endpoint says about itself.
    #[must_use]
    pub fn spec(&self) -> &'a EndpointSpec {
        self.request.spec
    }

    /// When the caller stops waiting.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.request.deadline()
    }

    /// The token of the subject that is the parameter `name`, as text.
    #[must_use]
    pub fn token(&self, name: &str) -> Option<&'a str> {
        self.request.token(name)
    }

    /// The token of the subject that is the parameter `name`, as a value.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with code 400 that names the token, if it is no `T`.
    pub fn param<T: SubjectParam>(&self, name: &str) -> Result<T, Rejection> {
        self.request.parameter(name)
    }
}

impl<S: ServiceMeta> RequestCx<'_, S> {
    /// The payload, decoded by the codec of the service.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with code 400 that says why, if it is no `T`.
    pub fn payload<T>(&self) -> Result<T, Rejection>
    where
        S::Codec: Decodes<T>,
    {
        self.request.payload::<S, T>()
    }
}

impl<S> Clone for RequestCx<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for RequestCx<'_, S> {}

impl<S> fmt::Debug for RequestCx<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCx").field("request", self.request).finish_non_exhaustive()
    }
}
