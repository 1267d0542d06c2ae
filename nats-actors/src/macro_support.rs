//! The only names that generated code may use. No part of the public interface.

pub use std::convert::Infallible;

pub use crate::handler::{HasState, Json, ParamError, SubjectParam};
pub use crate::service::{
    Call, Caller, Endpoint, EndpointMut, EndpointSpec, ErrorBody, FromParts, Mount, Queue,
    Rejection, Reply, Request, RequestCx, ResultType, Service, ServiceError, ServiceInfo,
    ServiceMeta, Transport, WireError,
};
