//! What goes back to the caller.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use bytes::Bytes;

use crate::handler::Encodes;
use crate::protocol::{Headers, TraceContext};

use super::failure::{Failure, FailureKind};
use super::headers::{ERROR, ERROR_CODE, RETRY_AFTER_MS, sanitised};
use super::rejection::Rejection;
use super::service_error::ServiceError;

/// Payload and headers of an answer, and the [`Failure`] that it reports, if any.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    payload: Vec<u8>,
    headers: Headers,
    failure: Option<Box<Failure>>,
}

impl Reply {
    /// A reply with this payload and no headers.
    #[must_use]
    pub fn new(payload: impl Into<Vec<u8>>) -> Self {
        Self { payload: payload.into(), ..Self::default() }
    }

    /// The reply of a request that an extractor refused.
    #[must_use]
    pub fn rejected(rejection: &Rejection) -> Self {
        let failure =
            Failure::new(FailureKind::Rejected, rejection.code(), sanitised(rejection.message()));
        Self::failed(failure, None, Vec::new())
    }

    /// The reply that was made, or that of the rejection which came before it could be.
    #[must_use]
    pub fn or_rejected(result: Result<Self, Rejection>) -> Self {
        result.unwrap_or_else(|rejection| Self::rejected(&rejection))
    }

    /// The reply that carries `error`: code and text as headers, variant and fields as the body.
    ///
    /// An [opaque](ServiceError::opaque_detail) error is replaced by `internal error` with an id, that of the current
    /// [trace](crate::propagation) if there is one; its text stays in [`failure`](Self::failure).
    #[must_use]
    pub fn error<E: ServiceError>(error: &E) -> Self {
        let retry_after = error.retry_after();
        match error.opaque_detail() {
            Some(detail) => Self::failed(internal(error.code(), detail), retry_after, Vec::new()),
            None => {
                let message = sanitised(&error.to_string());
                let failure = Failure::new(FailureKind::Handler, error.code(), message);
                let body = error.body().map(|body| body.to_json()).unwrap_or_default();
                Self::failed(failure, retry_after, body)
            }
        }
    }

    /// The reply that says no more than `internal error` with an id and code 500; `detail` stays in
    /// [`failure`](Self::failure). For a handler that panicked.
    #[must_use]
    pub fn internal_error(detail: impl Into<String>) -> Self {
        Self::failed(internal(500, detail.into()), None, Vec::new())
    }

    pub(super) fn encoded<C: Encodes<T>, T>(value: &T, mut buffer: Vec<u8>) -> Self {
        match C::encode(value, &mut buffer) {
            Ok(()) => Self::new(buffer),
            Err(error) => Self::internal_error(format!("the reply cannot be encoded: {error}")),
        }
    }

    fn failed(failure: Failure, retry_after: Option<Duration>, payload: Vec<u8>) -> Self {
        let mut headers = Headers::new();
        set(&mut headers, ERROR, failure.message());
        set(&mut headers, ERROR_CODE, &failure.code().to_string());
        if let Some(delay) = retry_after {
            set(&mut headers, RETRY_AFTER_MS, &delay.as_millis().to_string());
        }
        Self { payload, headers, failure: Some(Box::new(failure)) }
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The headers; empty unless the reply reports an error.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// What went wrong, if anything did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_deref()
    }

    /// The payload's buffer, for the next request.
    #[must_use]
    pub fn into_buffer(self) -> Vec<u8> {
        self.payload
    }

    /// The payload, to keep or send; does not copy.
    #[must_use]
    pub fn into_payload(self) -> Bytes {
        self.payload.into()
    }
}

/// Both parts are legal: names are ours, values are numbers or sanitised.
fn set(headers: &mut Headers, name: &str, value: &str) {
    let set = headers.insert(name, value);
    debug_assert!(set.is_ok(), "{name}: {value:?}");
}

fn internal(code: u16, detail: String) -> Failure {
    // Who is in a trace finds the log by that.
    let message = match TraceContext::current() {
        Some(trace) => format!("internal error {:032x}", trace.trace_id()),
        None => format!("internal error {:016x}", random()),
    };
    Failure::new(FailureKind::Handler, code, message).detail_for_log(detail)
}

/// Every `RandomState` has keys of its own, so its hash of nothing is an id.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
