//! A future that runs in a trace.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::trace::Trace;

pin_project! {
    /// A future whose polls and whose end are in a trace, if there is one.
    #[derive(Debug)]
    pub(crate) struct InTrace<F> {
        #[pin]
        future: Option<F>,
        trace: Option<Arc<Trace>>,
    }

    impl<F> PinnedDrop for InTrace<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() && let Some(trace) = this.trace {
                trace.enter(|| this.future.set(None));
            }
        }
    }
}

/// Begins a future in a trace, and lets it run there.
pub(crate) fn in_trace<F>(trace: Option<Arc<Trace>>, begin: impl FnOnce() -> F) -> InTrace<F> {
    let future = match &trace {
        None => begin(),
        Some(trace) => trace.enter(begin),
    };
    InTrace { future: Some(future), trace }
}

impl<F: Future> Future for InTrace<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let mut poll = || {
            let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
            let polled = future.poll(cx);
            if polled.is_ready() {
                this.future.set(None);
            }
            polled
        };
        match this.trace {
            None => poll(),
            Some(trace) => trace.enter(poll),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Mutex;

    use super::*;
    use crate::propagation::{Incoming, Propagate, Propagator, Scope, TraceContext, W3c};
    use crate::protocol::{Headers, Message};

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn message() -> Message {
        let mut headers = Headers::new();
        headers.insert("traceparent", PARENT).unwrap();
        Message::new("a", None, Some(&headers), b"")
    }

    fn trace(propagate: impl Propagate) -> Option<Arc<Trace>> {
        Some(Propagator::new(propagate).receive(&Incoming::new(&message())))
    }

    fn is_there() -> bool {
        let there = TraceContext::parse(PARENT).unwrap().trace_id();
        TraceContext::current().is_some_and(|trace| trace.trace_id() == there)
    }

    /// Notes where it is dropped.
    struct Dropped(Arc<Mutex<Option<bool>>>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = Some(is_there());
        }
    }

    fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(std::task::Waker::noop()))
    }

    // spec: EVT-18
    #[test]
    fn begin_polls_and_end_are_in_the_trace_and_nothing_else_is() {
        let dropped = Arc::<Mutex<Option<bool>>>::default();
        let held = Dropped(Arc::clone(&dropped));
        let mut polls = 0;
        let mut future = Box::pin(in_trace(trace(W3c::new()), || {
            assert!(is_there());
            poll_fn(move |_| {
                let _held = &held;
                polls += 1;
                if polls == 2 { Poll::Ready(is_there()) } else { Poll::Pending }
            })
        }));

        assert!(poll_once(future.as_mut()).is_pending());
        assert!(!is_there());
        assert_eq!(poll_once(future.as_mut()), Poll::Ready(true));
        assert_eq!(*dropped.lock().unwrap(), Some(true), "it ended in the trace");
        assert!(poll_once(future.as_mut()).is_pending(), "it is over");
        assert!(!is_there());
    }

    // spec: EVT-18
    #[test]
    fn what_is_cancelled_ends_in_the_trace_too() {
        let dropped = Arc::<Mutex<Option<bool>>>::default();
        let held = Dropped(Arc::clone(&dropped));
        drop(in_trace(trace(W3c::new()), || async move {
            let _held = held;
            pending::<()>().await;
        }));
        assert_eq!(*dropped.lock().unwrap(), Some(true));
    }

    // spec: EVT-18
    #[test]
    fn a_panic_goes_on_as_it_was_and_leaves_the_trace() {
        let begin = || async { panic!("as it was") };
        let mut future = Box::pin(in_trace::<_>(trace(W3c::new()), begin));
        let panicked = catch_unwind(AssertUnwindSafe(|| poll_once(future.as_mut()))).unwrap_err();

        assert_eq!(panicked.downcast_ref::<&str>(), Some(&"as it was"));
        assert!(!is_there());
    }

    /// A scope that does with what it runs what it should not.
    struct Odd(&'static str);

    impl Scope for Odd {
        fn enter(&self, run: &mut dyn FnMut()) {
            match self.0 {
                "twice" => (run(), run()).1,
                "swallows" => drop(catch_unwind(AssertUnwindSafe(run))),
                "panics" => panic!("before"),
                _ => {}
            }
        }
    }

    impl Propagate for Odd {
        fn inject(&self, _: &mut Headers) {}

        fn extract(&self, _: &Incoming<'_>) -> Option<Box<dyn Scope>> {
            Some(Box::new(Self(self.0)))
        }
    }

    // spec: EVT-18
    #[test]
    fn a_scope_neither_prevents_nor_repeats_nor_hides_what_runs() {
        for odd in ["never", "twice", "swallows", "panics"] {
            let mut runs = 0;
            let mut future = Box::pin(in_trace(trace(Odd(odd)), || async {
                runs += 1;
                runs
            }));
            assert_eq!(poll_once(future.as_mut()), Poll::Ready(1), "{odd}");
            drop(future);

            let mut future = Box::pin(in_trace(trace(Odd(odd)), || async { panic!("mine") }));
            let polled = catch_unwind(AssertUnwindSafe(|| poll_once::<_>(future.as_mut())));
            assert_eq!(polled.unwrap_err().downcast_ref::<&str>(), Some(&"mine"), "{odd}");
        }
    }
}
