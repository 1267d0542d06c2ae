//! A lane: one request after the other.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Instant;

use tokio::time::Sleep;

use crate::handler::Deadline;
use crate::propagation::{Trace, enter, in_trace};
use crate::service::{Reply, ReplyFuture, Request, Service};

use super::guarded::Guarded;
use super::post::{Post, Way};
use super::within::within;
use super::work::{Running, Work};
use crate::service::runtime::refusal::too_late;

/// A lane of whatever service. It never ends.
pub(super) type Lane = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The lane of this number.
pub(super) fn lane<S: Service>(number: usize, post: Arc<Post<S>>, work: Arc<Work>) -> Lane {
    Box::pin(async move {
        let way = post.way();
        // Reset before it is first polled.
        let mut timer = pin!(tokio::time::sleep_until(tokio::time::Instant::now()));
        let mut buffer = Vec::new();
        loop {
            tokio::task::consume_budget().await;
            let running = work.next(number).await;
            buffer = answer(&post, &way, running, buffer, timer.as_mut()).await;
        }
    })
}

/// Answers one request, and gives the buffer of its reply back for the next one.
async fn answer<S: Service>(
    post: &Post<S>,
    way: &Way<S>,
    running: Running<'_>,
    buffer: Vec<u8>,
    timer: Pin<&mut Sleep>,
) -> Vec<u8> {
    let request = post.endpoint.request(running.message(), running.received()).with_buffer(buffer);
    let begun = Instant::now();
    let trace = post.trace(running.message());
    let ended = handle(post, way, request, (begun, timer), trace.as_ref()).await;
    let reply = enter(trace.as_deref(), || {
        let reply = reply_of(ended);
        post.desk.record(begun.elapsed(), &reply);
        reply
    });
    if let (Some(trace), Some(failure)) = (trace, reply.failure()) {
        trace.failed(failure.code());
    }
    let buffer = match running.message().reply() {
        Some(to) => post.desk.send(to, reply).await,
        None => reply.into_buffer(),
    };
    running.settle();
    buffer
}

/// The reply, what the panic of the handler said, or nothing when the deadline passed first.
async fn handle<S: Service>(
    post: &Post<S>,
    way: &Way<S>,
    request: Request<'_>,
    (begun, mut timer): (Instant, Pin<&mut Sleep>),
    trace: Option<&Arc<Trace>>,
) -> Option<Result<Reply, String>> {
    let deadline = request.deadline();
    if deadline <= Deadline::at(begun) {
        return None;
    }
    match way {
        Way::Shared(service, handler) => {
            let call = Guarded::begin(|| traced(trace, || handler(service, request)));
            within(deadline, timer, call).await
        }
        Way::Alone => {
            let mut held = within(deadline, timer.as_mut(), post.holder.alone()).await?;
            let changes = post.changes_the_service();
            let call = || post.endpoint.call_alone(held.service(changes), request);
            let call = Guarded::begin(|| traced(trace, call));
            let ended = within(deadline, timer, call).await;
            if !matches!(ended, Some(Err(_))) {
                held.keep();
            }
            ended
        }
    }
}

/// The call in its trace, if it has one.
fn traced<'a>(
    trace: Option<&Arc<Trace>>,
    call: impl FnOnce() -> ReplyFuture<'a>,
) -> ReplyFuture<'a> {
    match trace {
        None => call(),
        Some(trace) => Box::pin(in_trace(Some(Arc::clone(trace)), call)),
    }
}

fn reply_of(ended: Option<Result<Reply, String>>) -> Reply {
    match ended {
        Some(Ok(reply)) => reply,
        Some(Err(said)) => Reply::internal_error(format!("the handler panicked: {said}")),
        None => too_late(),
    }
}
