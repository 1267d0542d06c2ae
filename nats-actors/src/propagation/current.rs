//! The trace that is current.

use std::num::{NonZeroU64, NonZeroU128};
use std::sync::Arc;

use crate::protocol::TraceContext;

tokio::task_local! {
    static CURRENT: Arc<TraceContext>;
}

impl TraceContext {
    /// A new trace, which is sampled; its ids are random.
    #[must_use]
    pub fn begin() -> Self {
        Self::new(random_trace(), random_span(), true)
    }

    /// The trace in which the present task runs; none outside of one.
    ///
    /// In a handler that is the step that handles the message. A task that was spawned is in no trace until it
    /// [scopes](Self::scope) one.
    #[must_use]
    pub fn current() -> Option<Self> {
        current().map(|current| (*current).clone())
    }

    /// Runs `future` in this trace: it is [current](Self::current) there, and what is sent there by a client that
    /// propagates it with [`W3c`](super::W3c) is a next step of it.
    ///
    /// Cancel safe, if `future` is.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(Arc::new(self), future)
    }

    /// The next step of this trace, with a random id.
    pub(super) fn next(&self) -> Self {
        self.child(random_span())
    }
}

pub(super) fn current() -> Option<Arc<TraceContext>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Calls `run` in a trace.
pub(super) fn within(trace: Arc<TraceContext>, run: &mut dyn FnMut()) {
    CURRENT.sync_scope(trace, run);
}

/// Traces of all processes are kept in one place, so that their ids come from the system.
fn random_trace() -> NonZeroU128 {
    let half = || getrandom::u64().unwrap_or_else(|_| fastrand::u64(..));
    let id = u128::from(half()) << 64 | u128::from(half());
    NonZeroU128::new(id).unwrap_or(NonZeroU128::MIN)
}

/// Ids of steps need to differ within one trace.
fn random_span() -> NonZeroU64 {
    NonZeroU64::new(fastrand::u64(..)).unwrap_or(NonZeroU64::MIN)
}
