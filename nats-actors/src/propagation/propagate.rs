//! How a trace gets into headers and out of them.

use super::incoming::Incoming;
use crate::protocol::Headers;

/// A way to let traces go on over NATS; see [`ConnectOptions::propagator`](crate::ConnectOptions::propagator).
///
/// Both functions are called in the task that sends or handles, never in an actor, and should be quick. One that panics is
/// logged, and the message goes on without a trace.
///
/// For OpenTelemetry by the crates `opentelemetry` and `tracing-opentelemetry` this is all:
///
/// ```text
/// impl Propagate for OpenTelemetry {
///     fn inject(&self, headers: &mut Headers) {
///         let context = tracing::Span::current().context();
///         global::get_text_map_propagator(|propagator| propagator.inject_context(&context, &mut Carrier(headers)));
///     }
///
///     fn extract(&self, incoming: &Incoming<'_>) -> Option<Box<dyn Scope>> {
///         let carrier = Extracted(incoming.headers());
///         let context = global::get_text_map_propagator(|propagator| propagator.extract(&carrier));
///         Some(Box::new(Remote(context)))
///     }
/// }
///
/// impl Scope for Remote {
///     fn enter(&self, run: &mut dyn FnMut()) {
///         let _attached = self.0.clone().attach();
///         run();
///     }
/// }
/// ```
///
/// The `process` span begins inside of the scope, and so becomes the child of the sender's span; the `send` span is the
/// current one in `inject`.
pub trait Propagate: Send + Sync + 'static {
    /// Adds the trace that is current to the headers of a message that is about to be sent.
    ///
    /// It is not called for messages whose user has set a `traceparent`. What it adds has to fit what the server takes.
    fn inject(&self, headers: &mut Headers);

    /// The trace in which a message is handled; none to handle it outside of any.
    ///
    /// What headers say comes from the network: what is malformed is as if it were not there.
    fn extract(&self, incoming: &Incoming<'_>) -> Option<Box<dyn Scope>>;
}

/// A trace to be in.
pub trait Scope: Send + Sync + 'static {
    /// Calls `run` while this trace is the current one of the thread.
    ///
    /// It is called whenever the handler gets a chance to run, from whatever thread that is. `run` does something the first
    /// time it is called, and nothing after that.
    fn enter(&self, run: &mut dyn FnMut());
}
