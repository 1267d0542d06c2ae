//! The trace in which one message is handled.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tracing::field::Empty;
use tracing::{Span, info_span};

use super::current::current;
use super::incoming::Incoming;
use super::propagate::Scope;
use super::propagator::guarded;
use super::sending::{TARGET, record_step};
use crate::protocol::TraceContext;

/// The handling of one message: its trace and its span, which ends when this is dropped.
pub(crate) struct Trace {
    scope: Option<Box<dyn Scope>>,
    span: Span,
}

impl Trace {
    pub(super) fn begin(incoming: &Incoming<'_>, scope: Option<Box<dyn Scope>>) -> Self {
        let mut trace = Self { scope, span: Span::none() };
        // Inside of the scope, so that its parent is what the sender says.
        trace.span = trace.enter(|| {
            let span = processing(incoming);
            if !span.is_disabled()
                && let Some(step) = current()
            {
                let sender = TraceContext::from_headers(incoming.headers());
                record_step(&span, &step, sender.map(|sender| sender.span_id()));
            }
            span
        });
        trace
    }

    /// Does `run` in the trace. A scope that fails or does not call it changes nothing about that.
    pub(crate) fn enter<T>(&self, run: impl FnOnce() -> T) -> T {
        let run = || self.span.in_scope(run);
        let Some(scope) = &self.scope else { return run() };
        let (mut run, mut result) = (Some(run), None);
        let mut once = || {
            if let Some(run) = run.take() {
                result = Some(catch_unwind(AssertUnwindSafe(run)));
            }
        };
        guarded(|| scope.enter(&mut once));
        once();
        match result {
            Some(Ok(result)) => result,
            Some(Err(panic)) => {
                self.failed("panic");
                resume_unwind(panic)
            }
            None => resume_unwind(Box::new("a scope has hidden what it ran")),
        }
    }

    /// The handling failed; `kind` is one of few words.
    pub(crate) fn failed(&self, kind: impl fmt::Display) {
        self.span.record("error.type", tracing::field::display(kind));
        self.span.record("otel.status_code", "ERROR");
    }
}

/// Does `run` in a trace, if there is one.
#[cfg(feature = "service")]
pub(crate) fn enter<T>(trace: Option<&Trace>, run: impl FnOnce() -> T) -> T {
    match trace {
        None => run(),
        Some(trace) => trace.enter(run),
    }
}

fn processing(incoming: &Incoming<'_>) -> Span {
    info_span!(
        target: TARGET,
        "process",
        otel.name = incoming.subscription().map(|pattern| format!("process {pattern}")),
        otel.kind = "consumer",
        otel.status_code = Empty,
        "error.type" = Empty,
        messaging.system = "nats",
        messaging.operation.name = "process",
        "messaging.operation.type" = "process",
        messaging.destination.name = incoming.message().subject(),
        messaging.destination.template = incoming.subscription(),
        messaging.consumer.group.name = incoming.group(),
        messaging.message.body.size = incoming.message().payload().len(),
        trace_id = Empty,
        span_id = Empty,
        parent_span_id = Empty,
    )
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace").field("span", &self.span).finish_non_exhaustive()
    }
}
