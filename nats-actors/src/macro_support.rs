//! The only names that generated code may use. No part of the public interface.

pub use std::convert::Infallible;

pub use crate::client::Client;
pub use crate::handler::{HasState, Json, ParamError, SubjectParam};
pub use crate::service::{
    Call, Caller, Endpoint, EndpointMut, EndpointSpec, ErrorBody, FromParts, Mount, Queue,
    Rejection, Reply, Request, RequestCx, ResultType, Service, ServiceError, ServiceInfo,
    ServiceMeta, Transport, WireError, subject_of,
};
pub use crate::worker::generated::{keyed, settled};
pub use crate::worker::{
    Backoff, Consumer, ConsumerMeta, ConsumerMut, ConsumerSpec, DeadLetter, DeliverFrom,
    DeliveryCx, Disposition, FromDelivery, HandlerError, IntoSettled, KeyOrder, OnKeyFailure,
    OnPanic, OrderedBy, Provision, RetryPolicy, RouteSpec, Settled,
};
