//! Attempts in the traces of their messages.

use std::sync::Arc;

use super::pipeline::Pipeline;
use super::port::Store;
use crate::propagation::{Incoming, Trace};
use crate::protocol::Message;
use crate::worker::consumer::Consumer;
use crate::worker::route::RouteSpec;
use crate::worker::settled::{Said, Settled};

impl<C: Consumer, S: Store> Pipeline<C, S> {
    /// The trace of an attempt; none without a propagator.
    pub(super) fn trace(&self, message: &Message, route: &RouteSpec) -> Option<Arc<Trace>> {
        let propagator = self.propagator.as_ref()?;
        let incoming = Incoming::new(message).by(route.pattern, Some(self.spec.durable));
        Some(propagator.receive(&incoming))
    }
}

/// Tells a trace how its attempt ended; a panic it has seen itself.
pub(super) fn tell(trace: Option<&Trace>, settled: &Settled) {
    let kind = match &settled.said {
        Said::Outcome(_) => return,
        Said::Failed { .. } => "failed",
        Said::Rejected(_) => "rejected",
    };
    if let Some(trace) = trace {
        trace.failed(kind);
    }
}
