//! The user's struct.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use tokio::sync::MutexGuard;

use super::error::{Error, ErrorKind};
use super::lock::lock;

/// The struct that answers, and the factory that builds it again.
///
/// It is shared by all endpoints and outlives their crashes; the service builds another one when it restarts itself.
pub(super) struct Holder<S> {
    factory: Box<dyn Fn() -> S + Send + Sync>,
    shared: Mutex<Option<Arc<S>>>,
    /// Where it is when one of its handlers takes it by `&mut self`: one request at a time has it.
    alone: tokio::sync::Mutex<Option<S>>,
    is_exclusive: bool,
}

/// The struct, for one request.
pub(super) struct Held<'a, S> {
    holder: &'a Holder<S>,
    service: MutexGuard<'a, Option<S>>,
    in_doubt: bool,
}

impl<S: Send + Sync + 'static> Holder<S> {
    pub(super) fn new(factory: impl Fn() -> S + Send + Sync + 'static, is_exclusive: bool) -> Self {
        Self {
            factory: Box::new(factory),
            shared: Mutex::default(),
            alone: tokio::sync::Mutex::default(),
            is_exclusive,
        }
    }

    /// Builds the struct, in place of the one that was.
    pub(super) async fn build(&self) -> Result<(), Error> {
        let built = std::panic::catch_unwind(AssertUnwindSafe(|| (self.factory)()));
        let service = built.map_err(|payload| {
            let reason = super::endpoint::panic_text(payload.as_ref());
            Error::new(ErrorKind::Factory, format!("the factory of the service panicked: {reason}"))
        })?;
        if self.is_exclusive {
            *self.alone.lock().await = Some(service);
        } else {
            *lock(&self.shared) = Some(Arc::new(service));
        }
        Ok(())
    }

    /// The struct, if requests may share it.
    pub(super) fn shared(&self) -> Option<Arc<S>> {
        lock(&self.shared).clone()
    }

    /// Waits for the struct, in the order of asking.
    pub(super) async fn alone(&self) -> Held<'_, S> {
        Held { holder: self, service: self.alone.lock().await, in_doubt: false }
    }
}

impl<S> Held<'_, S> {
    /// The struct, built now if the last request left it in doubt. From here on it is in doubt again if `changes`.
    pub(super) fn service(&mut self, changes: bool) -> &mut S {
        self.in_doubt = changes;
        self.service.get_or_insert_with(|| (self.holder.factory)())
    }

    /// The handler came to an end that it chose, or was dropped at an await: the struct stays.
    pub(super) fn keep(mut self) {
        self.in_doubt = false;
    }
}

impl<S> Drop for Held<'_, S> {
    fn drop(&mut self) {
        if self.in_doubt {
            *self.service = None;
        }
    }
}

impl<S> fmt::Debug for Holder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Holder").field("is_exclusive", &self.is_exclusive).finish_non_exhaustive()
    }
}
