//! When silence means that the peer is gone.

use std::time::{Duration, Instant};

/// When to ask again whether something is due, while nothing ever is.
const OFF: Duration = Duration::from_secs(3600);
/// No clock can tell a time as far away as the longest duration.
const LONGEST: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// What to do about the peer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing is due before this time.
    Wait(Instant),
    /// A PING is due now.
    Ping,
    /// The peer has been silent for too long.
    Lost,
}

/// Decides when to send a PING and when the peer counts as lost.
///
/// PINGs go out at a fixed interval, whatever else is sent, so outgoing traffic cannot hide a dead peer. Any byte from
/// the peer proves that it lives. An interval of zero turns it off; one of more than a year counts as a year.
#[derive(Debug)]
pub struct KeepAlive {
    interval: Duration,
    max_pings_out: u32,
    unanswered: u32,
    next: Instant,
}

impl KeepAlive {
    /// Begins at `now`: the first PING is due one `interval` later.
    #[must_use]
    pub fn new(interval: Duration, max_pings_out: u32, now: Instant) -> Self {
        let interval = interval.min(LONGEST);
        Self { interval, max_pings_out, unanswered: 0, next: now + interval }
    }

    /// The peer sent something.
    pub const fn heard(&mut self) {
        self.unanswered = 0;
    }

    /// An answer is overdue: a PING goes out now, unless one waits for its answer already.
    pub fn suspect(&mut self, now: Instant) {
        if self.unanswered == 0 {
            self.next = now;
        }
    }

    /// What is due at `now`. [`Verdict::Ping`] counts the PING as sent.
    pub fn poll(&mut self, now: Instant) -> Verdict {
        if self.interval.is_zero() {
            return Verdict::Wait(now + OFF);
        }
        if now < self.next {
            return Verdict::Wait(self.next);
        }
        if self.unanswered >= self.max_pings_out {
            return Verdict::Lost;
        }
        self.unanswered += 1;
        self.next = now + self.interval;
        Verdict::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(8);

    // spec: A40-13, CON-15, CON-16
    #[test]
    fn a_silent_peer_is_lost_after_its_pings() {
        let start = Instant::now();
        let mut alive = KeepAlive::new(INTERVAL, 2, start);

        assert_eq!(alive.poll(start), Verdict::Wait(start + INTERVAL));
        assert_eq!(alive.poll(start + INTERVAL), Verdict::Ping);
        assert_eq!(alive.poll(start + 2 * INTERVAL), Verdict::Ping);
        assert_eq!(alive.poll(start + 3 * INTERVAL), Verdict::Lost);
    }

    #[test]
    fn any_byte_from_the_peer_starts_the_count_again() {
        let start = Instant::now();
        let mut alive = KeepAlive::new(INTERVAL, 1, start);

        assert_eq!(alive.poll(start + INTERVAL), Verdict::Ping);
        alive.heard();
        assert_eq!(alive.poll(start + 2 * INTERVAL), Verdict::Ping);
        assert_eq!(alive.poll(start + 3 * INTERVAL), Verdict::Lost);
    }

    #[test]
    fn an_overdue_answer_brings_the_ping_forward_once() {
        let start = Instant::now();
        let early = start + INTERVAL / 4;
        let mut alive = KeepAlive::new(INTERVAL, 1, start);

        alive.suspect(early);
        assert_eq!(alive.poll(early), Verdict::Ping);
        alive.suspect(early);
        assert_eq!(alive.poll(early), Verdict::Wait(early + INTERVAL));
        assert_eq!(alive.poll(early + INTERVAL), Verdict::Lost);
    }

    #[test]
    fn an_interval_that_no_clock_can_tell_is_a_long_one() {
        let start = Instant::now();
        let mut alive = KeepAlive::new(Duration::MAX, 2, start);

        assert_eq!(alive.poll(start), Verdict::Wait(start + LONGEST));
    }

    // spec: CON-15
    #[test]
    fn an_interval_of_zero_turns_it_off() {
        let start = Instant::now();
        let mut alive = KeepAlive::new(Duration::ZERO, 2, start);

        alive.suspect(start);
        assert!(matches!(alive.poll(start + 1000 * INTERVAL), Verdict::Wait(_)));
    }
}
