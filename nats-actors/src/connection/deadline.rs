//! Times in the future.

use std::time::Duration;

use tokio::time::Instant;

/// What counts as for ever: no clock can tell a time as far away as the longest duration.
const FOR_EVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The time after `limit`; a limit that no clock can tell is one that never comes.
pub(crate) fn deadline_in(limit: Duration) -> Instant {
    Instant::now() + limit.min(FOR_EVER)
}
