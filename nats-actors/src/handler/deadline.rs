//! How long the one who asked still waits.

use std::time::{Duration, Instant};

use memchr::memmem;

/// The header with the milliseconds that the caller waits, counted from when it sent the request.
///
/// The header is ours: other clients may send it, and none has to.
pub const TIMEOUT_MS: &str = "Nats-Actors-Timeout-Ms";

/// The line break before the header, so that only a whole name matches.
const TIMEOUT_LINE: &[u8] = b"\r\nNats-Actors-Timeout-Ms:";

/// The moment after which nobody waits for the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline {
    at: Instant,
}

impl Deadline {
    /// The deadline at `at`.
    #[must_use]
    pub fn at(at: Instant) -> Self {
        Self { at }
    }

    /// The deadline `timeout` from now; a timeout beyond what the clock can tell is an hour.
    #[must_use]
    pub fn after(timeout: Duration) -> Self {
        Self::of(Instant::now(), timeout)
    }

    /// The moment.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.at
    }

    /// The time left; zero when it has passed.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    #[must_use]
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }

    /// The deadline of a message that came at `received`: by its header, else by `timeout`.
    #[must_use]
    pub fn of_message(header_block: &[u8], received: Instant, timeout: Duration) -> Self {
        Self::of(received, asked_for(header_block).unwrap_or(timeout))
    }

    fn of(start: Instant, timeout: Duration) -> Self {
        const FAR: Duration = Duration::from_secs(60 * 60);
        let at = start.checked_add(timeout).or_else(|| start.checked_add(FAR));
        Self { at: at.unwrap_or(start) }
    }
}

/// Reads the header without decoding the block; a value that is no number counts as none.
fn asked_for(header_block: &[u8]) -> Option<Duration> {
    let line = memmem::find(header_block, TIMEOUT_LINE)?.checked_add(TIMEOUT_LINE.len())?;
    let value = header_block.get(line..)?.split(|byte| *byte == b'\r').next()?;
    let milliseconds = str::from_utf8(value).ok()?.trim().parse().ok()?;
    Some(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout_of(block: &str) -> Duration {
        let received = Instant::now();
        let deadline = Deadline::of_message(block.as_bytes(), received, Duration::from_secs(5));
        deadline.instant() - received
    }

    #[test]
    fn the_header_wins_over_the_default() {
        assert_eq!(timeout_of("NATS/1.0\r\n\r\n"), Duration::from_secs(5));
        assert_eq!(timeout_of(""), Duration::from_secs(5));
        assert_eq!(
            timeout_of("NATS/1.0\r\nA: b\r\nNats-Actors-Timeout-Ms: 250\r\n\r\n"),
            Duration::from_millis(250)
        );
    }

    #[test]
    fn a_header_that_says_nothing_counts_as_none() {
        let nonsense = "NATS/1.0\r\nNats-Actors-Timeout-Ms: soon\r\n\r\n";
        assert_eq!(timeout_of(nonsense), Duration::from_secs(5));
        let other = "NATS/1.0\r\nX-Nats-Actors-Timeout-Ms: 1\r\n\r\n";
        assert_eq!(timeout_of(other), Duration::from_secs(5));
        let never = format!("NATS/1.0\r\nNats-Actors-Timeout-Ms: {}\r\n\r\n", u64::MAX);
        assert!(timeout_of(&never) >= Duration::from_secs(60 * 60));
    }
}
