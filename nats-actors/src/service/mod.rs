//! Request/reply services (ADR-32): what a struct has to say to be one, and what runs it.
//!
//! The macros `#[service]`, `#[handlers]` and the derives write implementations of these traits and
//! nothing else; all of them can be written by hand. A [`Mount`] is the list of endpoints; [`start`]
//! serves it on a connection, [`TestService`] in process.
//!
//! Reading order: [`ServiceInfo`] and [`ServiceMeta`], [`EndpointSpec`] and [`Endpoint`],
//! [`Request`] and [`FromParts`], [`Reply`] and [`ServiceError`], [`Mount`]; for callers
//! [`Transport`], [`Call`] and [`CallError`]; to run it [`start`] and [`ServiceOptions`].
//!
//! # A running service
//!
//! What a caller gets when its handler cannot answer:
//!
//! | case | code |
//! |---|---|
//! | the handler panicked | 500 |
//! | the reply is larger than the server takes | 500 |
//! | more requests wait than [`ServiceOptions::backlog`] allows | 503, `Retry-After-Ms` |
//! | the endpoint crashed or was stopped before it answered | 503, `Retry-After-Ms` |
//! | the deadline passed: the caller's, else the endpoint's timeout | 504 |

mod call;
mod call_error;
mod caller;
mod client;
mod endpoint;
mod error_body;
mod extract;
mod failure;
mod fault;
mod headers;
mod info;
mod mount;
mod mounted;
mod rejection;
mod reply;
mod request;
mod runtime;
mod service_error;
mod spec;
mod test_service;
mod transport;

pub use self::call::Call;
pub use self::call_error::CallError;
pub use self::caller::{Caller, subject_of};
pub use self::endpoint::{Endpoint, EndpointMut, ResultType, Service, ServiceMeta};
pub use self::error_body::ErrorBody;
pub use self::extract::FromParts;
pub use self::failure::{Failure, FailureKind};
pub use self::fault::Fault;
pub use self::headers::{ERROR, ERROR_CODE, RETRY_AFTER_MS};
pub use self::info::{DEFAULT_QUEUE, Queue, ServiceInfo};
pub use self::mount::{Mount, MountProblem};
pub use self::mounted::{ExclusiveHandler, Handler, MountedEndpoint, ReplyFuture, SharedHandler};
pub use self::rejection::Rejection;
pub use self::reply::Reply;
pub use self::request::{Request, RequestCx};
pub use self::runtime::{
    DrainReport, EndpointHandle, EndpointInfo, EndpointStats, Error, ErrorKind, InfoReport,
    PingReport, RunningService, ServiceHandle, ServiceOptions, StatsReport, child,
    child_and_handle, start,
};
pub use self::service_error::{ServiceError, WireError};
pub use self::spec::EndpointSpec;
pub use self::test_service::TestService;
pub use self::transport::{Transport, TransportError, TransportErrorKind};
