//! One attempt: the handler runs, and whatever happens is a value.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use super::job::Job;
use super::pipeline::Pipeline;
use super::port::{Parcel, Store};
use super::traced::tell;
use crate::propagation::{Trace, in_trace};
use crate::worker::consumer::Consumer;
use crate::worker::context::DeliveryCx;
use crate::worker::handler_error::Disposition;
use crate::worker::out::{Publication, Staged};
use crate::worker::outcome::{Outcome, Reason};
use crate::worker::route::RouteSpec;
use crate::worker::settled::{Said, Settled};
use crate::worker::spec::OnPanic;
use crate::worker::statistics::Counters;

impl<C: Consumer, S: Store> Pipeline<C, S> {
    /// Runs the handler of a route once, and publishes what it staged if it ended well.
    ///
    /// A panic is caught here: it is the outcome of this message and touches no other.
    pub(super) async fn attempt<P: Parcel>(
        &self,
        job: &Job<P>,
        route: usize,
        number: u32,
    ) -> Settled {
        let Some(spec) = self.spec.routes.get(route) else {
            return Settled::rejected("its route does not exist");
        };
        let staged = Staged::default();
        let trace = self.trace(job.parcel.message(), spec);
        let began = Instant::now();
        let settled = self.run(job, (route, spec), number, &staged, trace.as_ref()).await;
        self.counters.took(began.elapsed());
        Counters::count(&self.counters.handled);
        if !matches!(settled.said, Said::Outcome(Outcome::Ack | Outcome::DoubleAck)) {
            return settled;
        }
        match in_trace(trace, || self.publish(staged.take(), job)).await {
            Ok(()) => settled,
            Err(reason) => Settled::failure(Disposition::Retry, reason),
        }
    }

    async fn run<P: Parcel>(
        &self,
        job: &Job<P>,
        (route, spec): (usize, &RouteSpec),
        attempt: u32,
        staged: &Staged,
        trace: Option<&Arc<Trace>>,
    ) -> Settled {
        let (message, info, lease) = (job.parcel.message(), job.info, job.lease.lease());
        let cx = DeliveryCx { message, info, attempt, route: spec, lease, staged };
        let consumer = &self.consumer;
        let handling = in_trace(trace.cloned(), || async move { consumer.handle(route, cx).await });
        let handled = AssertUnwindSafe(handling).catch_unwind();
        let result = match self.spec.timeout {
            None => handled.await,
            Some(limit) => match tokio::time::timeout(limit, handled).await {
                Ok(result) => result,
                Err(_) => return self.timed_out(limit, trace),
            },
        };
        match result {
            Ok(settled) => {
                tell(trace.map(|trace| &**trace), &settled);
                settled
            }
            Err(panic) => self.panicked(panic.as_ref()),
        }
    }

    fn timed_out(&self, limit: Duration, trace: Option<&Arc<Trace>>) -> Settled {
        if let Some(trace) = trace {
            trace.failed("timeout");
        }
        Counters::count(&self.counters.timed_out);
        Settled::failure(Disposition::Retry, format!("the handler took longer than {limit:?}"))
    }

    fn panicked(&self, panic: &(dyn Any + Send)) -> Settled {
        Counters::count(&self.counters.panicked);
        let disposition = match self.spec.on_panic {
            OnPanic::Retry => Disposition::Retry,
            OnPanic::DeadLetter => Disposition::Terminal,
        };
        Settled::failure(disposition, format!("the handler panicked: {}", panic_text(panic)))
    }

    async fn publish<P: Parcel>(
        &self,
        staged: Vec<Publication>,
        job: &Job<P>,
    ) -> Result<(), Reason> {
        for (n, mut publication) in staged.into_iter().enumerate() {
            let (info, headers) = (&job.info, &mut publication.headers);
            if headers.get(crate::worker::header::MESSAGE_ID).is_none() {
                let id = format!(
                    "{}:{}:{}:{n}",
                    self.spec.stream, self.spec.durable, info.stream_sequence
                );
                // The parts are names and numbers, which a header value can hold.
                let _ = headers.insert(crate::worker::header::MESSAGE_ID, &id);
            }
            let subject = publication.subject.clone();
            let stored = self.store.store(publication).await;
            stored.map_err(|error| format!("cannot publish `{subject}`: {}", told(&*error)))?;
        }
        Ok(())
    }
}

/// What a panic said, if it said anything.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

/// An error with its causes, in one line.
pub(crate) fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
