//! Functions that a user hands in.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A function of the user, shared by all that may call it.
pub(crate) struct Callback<F: ?Sized>(Arc<F>);

impl<F: ?Sized> Callback<F> {
    pub(crate) const fn new(function: Arc<F>) -> Self {
        Self(function)
    }

    /// Calls it; `None` when it panics, which the log then tells.
    pub(crate) fn call<T>(&self, name: &'static str, call: impl FnOnce(&F) -> T) -> Option<T> {
        let result = catch_unwind(AssertUnwindSafe(|| call(&self.0)));
        if result.is_err() {
            tracing::error!(name, "a callback of the connection panicked");
        }
        result.ok()
    }
}

impl<F: ?Sized> Clone for Callback<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<F: ?Sized> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<function>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_user_ends_at_the_call() {
        let callback: Callback<dyn Fn(u32) -> u32> =
            Callback::new(Arc::new(|n| if n == 0 { panic!("no") } else { n }));

        assert_eq!(callback.call("test", |f| f(0)), None);
        assert_eq!(callback.clone().call("test", |f| f(1)), Some(1));
    }
}
