//! Waiting for a condition, instead of for a time.

use std::time::{Duration, Instant};

use tokio::time::sleep;

const POLL: Duration = Duration::from_millis(5);

/// Waits until the condition holds.
///
/// # Panics
///
/// When the deadline passes first, naming `what` was waited for.
#[track_caller]
pub fn eventually(
    deadline: Duration,
    what: &str,
    mut condition: impl FnMut() -> bool,
) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let end = Instant::now() + deadline;
        while !condition() {
            assert!(Instant::now() < end, "not within {deadline:?}: {what} (waited at {caller})");
            sleep(POLL).await;
        }
    }
}

/// Waits until the condition, which itself waits for something, holds.
///
/// # Panics
///
/// When the deadline passes first, also in the middle of the condition, naming `what` was waited
/// for.
#[track_caller]
pub fn eventually_async<F: Future<Output = bool>>(
    deadline: Duration,
    what: &str,
    mut condition: impl FnMut() -> F,
) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let holds = async {
            while !condition().await {
                sleep(POLL).await;
            }
        };
        let held = tokio::time::timeout(deadline, holds).await;
        assert!(held.is_ok(), "not within {deadline:?}: {what} (waited at {caller})");
    }
}
