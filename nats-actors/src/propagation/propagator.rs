//! The propagator of a client, of whose faults nobody else hears.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::incoming::Incoming;
use super::propagate::Propagate;
use super::sending::Sending;
use super::trace::Trace;
use crate::protocol::Headers;
use crate::protocol::header_name::TRACEPARENT;

/// A propagator, shared by all that send and handle.
#[derive(Clone)]
pub(crate) struct Propagator(Arc<dyn Propagate>);

impl Propagator {
    pub(crate) fn new(propagate: impl Propagate) -> Self {
        Self(Arc::new(propagate))
    }

    /// Begins the handling of a message.
    #[cold]
    pub(crate) fn receive(&self, incoming: &Incoming<'_>) -> Arc<Trace> {
        let scope = guarded(|| self.0.extract(incoming)).flatten();
        Arc::new(Trace::begin(incoming, scope))
    }

    /// Adds the current trace to a message, unless it names one already; `None` then.
    #[cold]
    pub(crate) fn send(
        &self,
        subject: &str,
        payload: usize,
        headers: &mut Option<Headers>,
    ) -> Option<Sending> {
        let has_one = |headers: &Headers| headers.get_ignore_case(TRACEPARENT).is_some();
        if headers.as_ref().is_some_and(has_one) {
            return None;
        }
        let sending = Sending::begin(subject, payload);
        let mut with_trace = headers.clone().unwrap_or_default();
        let injected = guarded(|| sending.enter(|| self.0.inject(&mut with_trace)));
        if injected.is_some() && !with_trace.is_empty() {
            sending.is_step(&with_trace);
            *headers = Some(with_trace);
        }
        Some(sending)
    }
}

/// A call of the user's code; `None` when it panics, which the log then tells.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(call));
    if result.is_err() {
        tracing::error!("a propagator of traces panicked");
    }
    result.ok()
}

impl fmt::Debug for Propagator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<propagator>")
    }
}
