//! What an endpoint has done.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::service::Failure;

use super::lock::lock;

/// The statistics of one endpoint over all of its lives: atomics, so that counting waits for nobody.
#[derive(Debug, Default)]
pub(super) struct Counters {
    requests: AtomicU64,
    errors: AtomicU64,
    refused: AtomicU64,
    nanoseconds: AtomicU64,
    last_error: Mutex<String>,
}

/// The counters at one moment. Those of a request that ends meanwhile may be in some of them only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) requests: u64,
    pub(super) errors: u64,
    pub(super) refused: u64,
    pub(super) processing_time: Duration,
    pub(super) last_error: String,
}

impl Counters {
    /// Counts a request that was answered after `took`.
    pub(super) fn answered(&self, took: Duration, failure: Option<&Failure>) {
        self.requests.fetch_add(1, Relaxed);
        self.nanoseconds.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        if let Some(failure) = failure {
            self.failed(failure);
        }
    }

    /// Counts a request that was answered without its handler.
    pub(super) fn refused(&self, failure: &Failure) {
        self.requests.fetch_add(1, Relaxed);
        self.refused.fetch_add(1, Relaxed);
        self.failed(failure);
    }

    /// Counts an error of a request that is counted already.
    pub(super) fn failed(&self, failure: &Failure) {
        self.errors.fetch_add(1, Relaxed);
        let text = failure.to_string();
        *lock(&self.last_error) = text;
    }

    pub(super) fn read(&self) -> Counted {
        Counted {
            requests: self.requests.load(Relaxed),
            errors: self.errors.load(Relaxed),
            refused: self.refused.load(Relaxed),
            processing_time: Duration::from_nanos(self.nanoseconds.load(Relaxed)),
            last_error: lock(&self.last_error).clone(),
        }
    }

    pub(super) fn reset(&self) {
        let counters = [&self.requests, &self.errors, &self.refused, &self.nanoseconds];
        counters.into_iter().for_each(|counter| counter.store(0, Relaxed));
        lock(&self.last_error).clear();
    }
}
