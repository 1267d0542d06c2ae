//! One endpoint as a runtime serves it: its types are gone, its constants are resolved.

use std::fmt;
use std::pin::Pin;
use std::time::Instant;

use crate::handler::Route;
use crate::protocol::Message;

use super::endpoint::{Endpoint, EndpointMut, Service};
use super::reply::Reply;
use super::request::Request;
use super::spec::EndpointSpec;

/// The answer on its way: one allocation, as large as the future of that endpoint.
pub type ReplyFuture<'a> = Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

/// An erased [`Endpoint`].
pub type SharedHandler<S> = for<'a> fn(&'a S, Request<'a>) -> ReplyFuture<'a>;

/// An erased [`EndpointMut`].
pub type ExclusiveHandler<S> = for<'a> fn(&'a mut S, Request<'a>) -> ReplyFuture<'a>;

/// How an endpoint takes its service.
#[non_exhaustive]
pub enum Handler<S> {
    /// By `&self`: requests may run side by side, unless the service has an exclusive endpoint.
    Shared(SharedHandler<S>),
    /// By `&mut self`: one request at a time, of all endpoints of the service.
    Exclusive(ExclusiveHandler<S>),
}

/// An endpoint of `S`, ready to be served.
pub struct MountedEndpoint<S> {
    spec: EndpointSpec,
    route: Route,
    queue_group: Option<&'static str>,
    handler: Handler<S>,
}

impl<S: Service> MountedEndpoint<S> {
    pub(super) fn shared<E: Endpoint<S>>() -> Self {
        Self::new(E::SPEC, Handler::Shared(|service, request| Box::pin(E::call(service, request))))
    }

    pub(super) fn exclusive<E: EndpointMut<S>>() -> Self {
        let handler: ExclusiveHandler<S> = |service, request| Box::pin(E::call(service, request));
        Self::new(E::SPEC, Handler::Exclusive(handler))
    }

    fn new(spec: EndpointSpec, handler: Handler<S>) -> Self {
        let route = Route::new(S::INFO.subject_prefix(), spec.subject());
        let queue_group = spec.queue_choice().resolve(S::INFO.queue_choice());
        Self { spec, route, queue_group, handler }
    }

    /// The request of `message`, which came at `received`. Copies nothing.
    #[must_use]
    pub fn request<'a>(&'a self, message: &'a Message, received: Instant) -> Request<'a> {
        Request::new(message, &self.spec, &self.route, received)
    }

    /// Answers `request` alone with the service, whatever the handler needs.
    ///
    /// # Cancel safety
    ///
    /// As that of [`EndpointMut::call`](super::EndpointMut::call).
    #[must_use]
    pub fn call_alone<'a>(&self, service: &'a mut S, request: Request<'a>) -> ReplyFuture<'a> {
        match self.handler {
            Handler::Shared(handler) => handler(service, request),
            Handler::Exclusive(handler) => handler(service, request),
        }
    }
}

impl<S> MountedEndpoint<S> {
    /// What the endpoint says about itself.
    #[must_use]
    pub fn spec(&self) -> &EndpointSpec {
        &self.spec
    }

    /// Where it listens.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// The pattern to subscribe to.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.route.pattern()
    }

    /// The queue group to subscribe in; `None` to get every request.
    #[must_use]
    pub fn queue_group(&self) -> Option<&'static str> {
        self.queue_group
    }

    /// The function that answers.
    #[must_use]
    pub fn handler(&self) -> &Handler<S> {
        &self.handler
    }
}

impl<S> fmt::Debug for MountedEndpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MountedEndpoint")
            .field("name", &self.spec.name())
            .field("subject", &self.subject())
            .field("queue_group", &self.queue_group)
            .field("handler", &self.handler)
            .finish()
    }
}

impl<S> fmt::Debug for Handler<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shared(_) => "Shared",
            Self::Exclusive(_) => "Exclusive",
        })
    }
}
