//! Why an application did not start.

use std::error::Error;
use std::fmt;

use super::plan::PlanError;
use crate::error as client;
use crate::jetstream;

/// Why an application did not start. Nothing of it runs then.
///
/// `Display` prints this level only: the cause, if any, is in [`source`](Error::source).
pub struct AppError {
    inner: Box<Inner>,
}

struct Inner {
    kind: AppErrorKind,
    about: String,
    cause: Option<Cause>,
}

enum Cause {
    Plan(PlanError),
    Other(Box<dyn Error + Send + Sync>),
}

/// How far an application came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AppErrorKind {
    /// The description has problems: nothing was connected.
    Plan,
    /// The process cannot listen to signals.
    Signals,
    /// No connection was made.
    Connect(client::ErrorKind),
    /// A stream could not be provisioned.
    Provision(jetstream::ErrorKind),
    /// The server lacks what the application needs; [`problems`](AppError::plan) lists it.
    Check,
}

impl AppError {
    /// How far it came.
    #[must_use]
    pub fn kind(&self) -> AppErrorKind {
        self.inner.kind
    }

    /// The list of problems, of [`Plan`](AppErrorKind::Plan) and [`Check`](AppErrorKind::Check).
    #[must_use]
    pub fn plan(&self) -> Option<&PlanError> {
        match &self.inner.cause {
            Some(Cause::Plan(plan)) => Some(plan),
            Some(Cause::Other(_)) | None => None,
        }
    }

    /// Whether the same start may succeed later, without any change by the caller.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let Some(Cause::Other(cause)) = &self.inner.cause else { return false };
        let of_client = cause.downcast_ref::<client::Error>().map(client::Error::is_retryable);
        let of_jetstream = || cause.downcast_ref::<jetstream::Error>();
        of_client.unwrap_or_else(|| of_jetstream().is_some_and(jetstream::Error::is_retryable))
    }

    pub(super) fn plan_failed(plan: PlanError) -> Self {
        Self::new(AppErrorKind::Plan, "the description has problems", Cause::Plan(plan))
    }

    pub(super) fn check_failed(plan: PlanError) -> Self {
        Self::new(AppErrorKind::Check, "the server lacks something", Cause::Plan(plan))
    }

    pub(super) fn signals(cause: std::io::Error) -> Self {
        let about = "the process cannot listen to signals";
        Self::new(AppErrorKind::Signals, about, Cause::Other(cause.into()))
    }

    pub(super) fn connect(cause: client::Error) -> Self {
        let kind = AppErrorKind::Connect(cause.kind());
        Self::new(kind, "no connection to NATS", Cause::Other(cause.into()))
    }

    pub(super) fn provision(stream: &str, cause: jetstream::Error) -> Self {
        let kind = AppErrorKind::Provision(cause.kind());
        let about = format!("the stream `{stream}` could not be provisioned");
        Self::new(kind, about, Cause::Other(cause.into()))
    }

    fn new(kind: AppErrorKind, about: impl Into<String>, cause: Cause) -> Self {
        Self { inner: Box::new(Inner { kind, about: about.into(), cause: Some(cause) }) }
    }
}

impl From<PlanError> for AppError {
    fn from(error: PlanError) -> Self {
        Self::plan_failed(error)
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.inner.cause.as_ref()? {
            Cause::Plan(plan) => Some(plan),
            Cause::Other(cause) => Some(cause.as_ref()),
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.about)
    }
}

impl fmt::Debug for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppError")
            .field("kind", &self.inner.kind)
            .field("about", &self.inner.about)
            .field("source", &self.source())
            .finish()
    }
}
