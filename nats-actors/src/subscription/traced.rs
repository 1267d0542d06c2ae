//! Handlers that run in the traces of their messages.

use std::sync::Arc;

use super::pump::{MakePump, to_handler};
use crate::connection::Queue;
use crate::propagation::{Incoming, Propagator, in_trace};
use crate::protocol::Message;

/// As [`to_handler`], each call in the trace of its message if there is a propagator. Without one it is that very pump.
pub(crate) fn to_traced_handler<H, F>(
    queue: Arc<Queue>,
    concurrency: usize,
    propagator: Option<Propagator>,
    group: Option<Box<str>>,
    handler: H,
) -> MakePump
where
    H: Fn(Message) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let Some(propagator) = propagator else { return to_handler(queue, concurrency, handler) };
    let pattern: Box<str> = queue.subject().into();
    to_handler(queue, concurrency, move |message: Message| {
        let trace = propagator.receive(&Incoming::new(&message).by(&pattern, group.as_deref()));
        in_trace(Some(trace), || handler(message))
    })
}
