//! Waiting for a condition of another process.

use std::time::{Duration, Instant};

use tokio::time::sleep;

const POLL: Duration = Duration::from_millis(5);

/// Looks at the condition until it holds (`true`) or the time is over (`false`).
///
/// The deadline is wall-clock time: another process does not know of a paused tokio clock.
pub(super) async fn until(patience: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        sleep(POLL).await;
    }
}
