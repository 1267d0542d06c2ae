//! The span of a message that is sent.

use std::fmt;

use tracing::field::Empty;
use tracing::{Span, info_span};

use super::current::current;
use crate::protocol::{Headers, TraceContext};

/// The target of all spans of this layer.
pub(super) const TARGET: &str = "nats_actors::propagation";

/// A message on its way; when it is dropped, the message was sent, or answered.
#[derive(Debug)]
pub(crate) struct Sending {
    span: Span,
}

impl Sending {
    pub(super) fn begin(subject: &str, payload: usize) -> Self {
        let span = info_span!(
            target: TARGET,
            "send",
            otel.kind = "producer",
            otel.status_code = Empty,
            "error.type" = Empty,
            messaging.system = "nats",
            messaging.operation.name = "send",
            "messaging.operation.type" = "send",
            messaging.destination.name = subject,
            messaging.message.body.size = payload,
            trace_id = Empty,
            span_id = Empty,
            parent_span_id = Empty,
        );
        Self { span }
    }

    pub(super) fn enter<T>(&self, run: impl FnOnce() -> T) -> T {
        self.span.in_scope(run)
    }

    /// It is the step of a trace that these headers name.
    pub(super) fn is_step(&self, headers: &Headers) {
        if self.span.is_disabled() {
            return;
        }
        if let Some(step) = TraceContext::from_headers(headers) {
            record_step(&self.span, &step, current().map(|parent| parent.span_id()));
        }
    }

    /// It failed, for this reason.
    pub(crate) fn failed(&self, reason: &dyn fmt::Debug) {
        self.span.record("error.type", tracing::field::debug(reason));
        self.span.record("otel.status_code", "ERROR");
    }
}

/// Writes the ids of a step into its span.
pub(super) fn record_step(span: &Span, step: &TraceContext, parent: Option<impl fmt::LowerHex>) {
    span.record("trace_id", tracing::field::display(format_args!("{:032x}", step.trace_id())));
    span.record("span_id", tracing::field::display(format_args!("{:016x}", step.span_id())));
    if let Some(parent) = parent {
        span.record("parent_span_id", tracing::field::display(format_args!("{parent:016x}")));
    }
}
