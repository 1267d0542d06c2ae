//! The traits that make a struct a service.

use super::info::ServiceInfo;
use super::mount::Mount;
use super::reply::Reply;
use super::request::Request;
use super::spec::EndpointSpec;

/// A struct with the name, version and codec of a service. `#[service]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has endpoints, but no name and version of a service",
    label = "no `#[service(..)]` on this struct",
    note = "put `#[service(name = \"..\", version = \"x.y.z\")]` on the struct"
)]
pub trait ServiceMeta: Sized + Send + Sync + 'static {
    /// What encodes and decodes payloads: a type with [`Decodes`](crate::handler::Decodes) and
    /// [`Encodes`](crate::handler::Encodes).
    type Codec;
    /// What the service says about itself.
    const INFO: ServiceInfo;
}

/// A struct with endpoints. `#[handlers]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a nats-actors service",
    label = "not a service",
    note = "put `#[service(name = \"..\", version = \"x.y.z\")]` on the struct, and `#[handlers]` on one inherent impl with `#[endpoint(..)]` methods"
)]
pub trait Service: ServiceMeta {
    /// Adds every endpoint to `mount`.
    fn endpoints(mount: &mut Mount<Self>);
}

/// One endpoint of `S` that shares it: a type without values, erased when it is mounted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an endpoint of `{S}`",
    note = "mark a method of `{S}` with `#[endpoint(..)]` inside `#[handlers]`, or implement `Endpoint<{S}>`"
)]
pub trait Endpoint<S: Service>: 'static {
    /// What the endpoint says about itself.
    const SPEC: EndpointSpec;

    /// Answers one request. Up to [`concurrency_limit`](EndpointSpec::concurrency_limit) calls run
    /// at once.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an await when the request's deadline has passed, and when the
    /// service stops before it has ended.
    fn call<'a>(service: &'a S, request: Request<'a>) -> impl Future<Output = Reply> + Send + 'a;
}

/// One endpoint of `S` that changes it. Whoever serves `S` calls its endpoints one at a time.
pub trait EndpointMut<S: Service>: 'static {
    /// What the endpoint says about itself.
    const SPEC: EndpointSpec;

    /// Answers one request, alone with the service.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an await when the request's deadline has passed, and when the
    /// service stops before it has ended: the struct stays as it was left then.
    fn call<'a>(
        service: &'a mut S,
        request: Request<'a>,
    ) -> impl Future<Output = Reply> + Send + 'a;
}

/// The two types of a [`Result`], behind whatever alias a handler returns it by.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is called `Result`, but is not `core::result::Result`",
    note = "return `T` or `Result<T, E>`"
)]
pub trait ResultType {
    /// What it holds when all went well.
    type Ok;
    /// What it holds otherwise.
    type Error;
}

impl<T, E> ResultType for Result<T, E> {
    type Ok = T;
    type Error = E;
}
