//! W3C Trace Context, without any other library.

use std::sync::Arc;

use super::current::{current, within};
use super::incoming::Incoming;
use super::propagate::{Propagate, Scope};
use crate::protocol::{Headers, TraceContext};

/// Propagates traces by the headers `traceparent` and `tracestate`.
///
/// The current trace is [`TraceContext::current`]: handlers are in that of their message, and
/// [`TraceContext::scope`] puts a future into one. What is sent outside of any begins one, as does the handling of a message
/// that brings none or a malformed one; new traces are sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct W3c {
    continues_only: bool,
}

impl W3c {
    /// Continues traces, and begins one where there is none.
    pub const fn new() -> Self {
        Self { continues_only: false }
    }

    /// Begins no trace: what is outside of any stays there, and is sent without headers of its own.
    pub const fn continue_only(mut self) -> Self {
        self.continues_only = true;
        self
    }

    fn begin(self) -> Option<TraceContext> {
        (!self.continues_only).then(TraceContext::begin)
    }
}

impl Propagate for W3c {
    fn inject(&self, headers: &mut Headers) {
        let step = current().map(|trace| trace.next()).or_else(|| self.begin());
        if let Some(step) = step {
            step.write(headers);
        }
    }

    fn extract(&self, incoming: &Incoming<'_>) -> Option<Box<dyn Scope>> {
        let sender = TraceContext::from_headers(incoming.headers());
        let step = sender.map(|sender| sender.next()).or_else(|| self.begin())?;
        Some(Box::new(Step(Arc::new(step))))
    }
}

/// The step that handles a message.
struct Step(Arc<TraceContext>);

impl Scope for Step {
    fn enter(&self, run: &mut dyn FnMut()) {
        within(Arc::clone(&self.0), run);
    }
}
