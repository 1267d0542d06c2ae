//! Handlers whose panics are results.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::service::{Reply, ReplyFuture};

/// A handler's call: the panics of its begin, its polls and its drop end this call and nothing else.
pub(super) struct Guarded<'a> {
    call: Call<'a>,
}

enum Call<'a> {
    Running(ReplyFuture<'a>),
    Over(Option<String>),
}

impl<'a> Guarded<'a> {
    pub(super) fn begin(call: impl FnOnce() -> ReplyFuture<'a>) -> Self {
        let call = match catch_unwind(AssertUnwindSafe(call)) {
            Ok(future) => Call::Running(future),
            Err(payload) => Call::Over(Some(panic_text(payload.as_ref()))),
        };
        Self { call }
    }

    fn discard(&mut self) {
        if let Call::Running(future) = std::mem::replace(&mut self.call, Call::Over(None)) {
            let _ = catch_unwind(AssertUnwindSafe(|| drop(future)));
        }
    }
}

impl Future for Guarded<'_> {
    /// The reply, or what the panic said.
    type Output = Result<Reply, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = match &mut self.call {
            Call::Running(future) => future,
            Call::Over(said) => return Poll::Ready(Err(said.take().unwrap_or_default())),
        };
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(reply)) => {
                self.discard();
                Poll::Ready(Ok(reply))
            }
            Err(payload) => {
                self.discard();
                Poll::Ready(Err(panic_text(payload.as_ref())))
            }
        }
    }
}

impl Drop for Guarded<'_> {
    fn drop(&mut self) {
        self.discard();
    }
}

/// What a panic said, if it said a text.
pub(in crate::service::runtime) fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a value that is no text".to_owned())
}
