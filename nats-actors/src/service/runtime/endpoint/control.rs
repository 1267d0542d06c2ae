//! What the actor wants of its pump.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Waker;

use futures_util::task::AtomicWaker;

/// The wishes of the actor; the latest ones count.
#[derive(Debug)]
pub(in crate::service::runtime) struct Control {
    draining: AtomicBool,
    concurrency: AtomicUsize,
    pump: AtomicWaker,
}

impl Control {
    pub(super) fn new(concurrency: usize) -> Self {
        let pump = AtomicWaker::new();
        Self { draining: AtomicBool::new(false), concurrency: AtomicUsize::new(concurrency), pump }
    }

    pub(super) fn drain(&self) {
        self.draining.store(true, Ordering::Release);
        self.pump.wake();
    }

    pub(super) fn set_concurrency(&self, requests: usize) {
        self.concurrency.store(requests.max(1), Ordering::Release);
        self.pump.wake();
    }

    /// From here on `waker` is woken by every wish.
    pub(super) fn listen(&self, waker: &Waker) {
        self.pump.register(waker);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    pub(super) fn concurrency(&self) -> usize {
        self.concurrency.load(Ordering::Acquire)
    }
}
