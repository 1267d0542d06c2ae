//! The inside of a generated client.

use std::fmt;
use std::marker::PhantomData;

use crate::handler::SubjectWriter;

use super::endpoint::ServiceMeta;

/// A transport, and the service that calls go to.
pub struct Caller<S, X> {
    transport: X,
    service: PhantomData<fn() -> S>,
}

impl<S, X> Caller<S, X> {
    /// Calls `S` through `transport`.
    #[must_use]
    pub fn new(transport: X) -> Self {
        Self { transport, service: PhantomData }
    }

    /// The transport.
    #[must_use]
    pub fn transport(&self) -> &X {
        &self.transport
    }
}

/// Begins the subject of an endpoint of `S`.
#[must_use]
pub fn subject_of<S: ServiceMeta>(template: &str) -> SubjectWriter<'_> {
    SubjectWriter::new(S::INFO.subject_prefix(), template)
}

impl<S, X: Clone> Clone for Caller<S, X> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), service: PhantomData }
    }
}

impl<S, X: fmt::Debug> fmt::Debug for Caller<S, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("transport", &self.transport).finish()
    }
}
