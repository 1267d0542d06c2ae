//! Faults: nothing is lost without a word, nothing hangs, nothing leaks.

mod blocking;
mod cancel;
mod ending;
mod outbox;
mod regressions;
mod soak;
