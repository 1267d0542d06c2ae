//! The pulls that the server holds for us, and when silence means that it does not.

use std::time::Duration;
use std::time::Instant;

/// A pull that ends empty within this time was not given time to wait.
const SHORT_LIFE: Duration = Duration::from_millis(100);

/// Pulls that were sent and have not ended, as far as we know.
///
/// Messages do not say which pull they answer, and a pull that was filled ends without a word. So
/// only the sum of what is still to come is counted, and it can never exceed what the pulls that
/// are not known to be over have asked for: a lost pull costs credit until its deadline, not for
/// ever.
///
/// The word that a pull is over can overtake its messages: a consumer with copies sends those when
/// the copies know of them, and the word at once. So what pulls that are over have delivered is
/// still expected, until it has come, or some of it has been missing for as long as the silence of
/// a pull would be borne.
#[derive(Debug)]
pub(crate) struct OpenPulls {
    pulls: Vec<Pull>,
    expected: usize,
    overtaken: Option<Overtaken>,
    last_delivery: Option<Instant>,
    /// Silence beyond which a pull counts as lost.
    patience: Duration,
}

#[derive(Debug)]
struct Pull {
    token: u64,
    batch: usize,
    opened: Instant,
    last_sign: Instant,
    deadline: Instant,
}

/// Messages of pulls that are over.
#[derive(Clone, Copy, Debug)]
struct Overtaken {
    /// The least number of them that was expected since we began to look.
    least: usize,
    /// When that many count as lost.
    until: Instant,
}

/// A pull that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Whether it was over at once and without a message: asking again at once would be a loop.
    pub(crate) in_vain: bool,
}

/// What a look at the clock found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pulse {
    /// At least one pull shows life, or none is needed.
    Alive,
    /// Messages are owed and nobody shows life.
    Lost,
}

impl OpenPulls {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { pulls: Vec::new(), expected: 0, overtaken: None, last_delivery: None, patience }
    }

    /// Messages that may still come.
    pub(crate) fn expected(&self) -> usize {
        self.expected
    }

    pub(crate) fn opened(&mut self, token: u64, batch: usize, expires: Duration, now: Instant) {
        let deadline = now + expires + self.patience;
        self.pulls.push(Pull { token, batch, opened: now, last_sign: now, deadline });
        self.expected = self.expected.saturating_add(batch);
    }

    pub(crate) fn delivered(&mut self, messages: usize, now: Instant) {
        self.last_delivery = Some(now);
        self.expected = self.expected.saturating_sub(messages);
        if self.expected == 0 {
            self.pulls.clear();
        }
        self.look(now);
    }

    /// `false` if the heartbeat is of a pull that is not ours any more.
    pub(crate) fn heartbeat(&mut self, token: u64, now: Instant) -> bool {
        let pull = self.pulls.iter_mut().find(|pull| pull.token == token);
        pull.map(|pull| pull.last_sign = now).is_some()
    }

    /// The pull is over; `undelivered` where the server says it, all of it where it does not. The
    /// rest has come, or comes yet.
    ///
    /// `None` if the pull was not ours any more: then nothing may be subtracted.
    pub(crate) fn ended(
        &mut self,
        token: u64,
        undelivered: Option<usize>,
        now: Instant,
    ) -> Option<Ended> {
        let at = self.pulls.iter().position(|pull| pull.token == token)?;
        let pull = self.pulls.remove(at);
        let undelivered = undelivered.unwrap_or(pull.batch);
        self.expected = self.expected.saturating_sub(undelivered);
        self.look(now);
        let lived = now.saturating_duration_since(pull.opened);
        Some(Ended { in_vain: undelivered >= pull.batch && lived < SHORT_LIFE })
    }

    /// Forgets all: the server has.
    pub(crate) fn reset(&mut self) {
        self.pulls.clear();
        self.expected = 0;
        self.overtaken = None;
    }

    /// Drops the pulls that have been silent for too long.
    pub(crate) fn check(&mut self, now: Instant) -> Pulse {
        let (last_delivery, patience) = (self.last_delivery, self.patience);
        let silent = |pull: &Pull| {
            let sign = last_delivery.map_or(pull.last_sign, |at| at.max(pull.last_sign));
            now.saturating_duration_since(sign) >= patience || now >= pull.deadline
        };
        let (owed, waited) = (self.expected > 0, !self.pulls.is_empty());
        let late = self.overtaken.take_if(|overtaken| now >= overtaken.until);
        self.expected = self.expected.saturating_sub(late.map_or(0, |late| late.least));
        let of_others = self.expected_of_others();
        self.pulls.retain(|pull| !silent(pull));
        self.expected = self.expected.min(self.asked().saturating_add(of_others));
        self.look(now);
        if owed && waited && self.pulls.is_empty() { Pulse::Lost } else { Pulse::Alive }
    }

    /// Gives every pull new time: it was us who did not listen.
    pub(crate) fn forgive(&mut self, now: Instant) {
        for pull in &mut self.pulls {
            pull.last_sign = now;
            pull.deadline = pull.deadline.max(now + self.patience);
        }
        if let Some(overtaken) = &mut self.overtaken {
            overtaken.until = overtaken.until.max(now + self.patience);
        }
    }

    /// When to look again.
    pub(crate) fn next_check(&self) -> Option<Instant> {
        let due = |pull: &Pull| {
            let sign = self.last_delivery.map_or(pull.last_sign, |at| at.max(pull.last_sign));
            pull.deadline.min(sign + self.patience)
        };
        let late = self.overtaken.map(|overtaken| overtaken.until);
        self.pulls.iter().map(due).chain(late).min()
    }

    /// What the open pulls have asked for.
    fn asked(&self) -> usize {
        self.pulls.iter().map(|pull| pull.batch).fold(0, usize::saturating_add)
    }

    /// What is expected beyond that, of pulls that are over.
    fn expected_of_others(&self) -> usize {
        self.expected.saturating_sub(self.asked())
    }

    fn look(&mut self, now: Instant) {
        let count = self.expected_of_others();
        self.overtaken = (count > 0).then(|| match self.overtaken {
            Some(Overtaken { least, until }) => Overtaken { least: least.min(count), until },
            None => Overtaken { least: count, until: now + self.patience },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPIRES: Duration = Duration::from_secs(30);
    const PATIENCE: Duration = Duration::from_secs(4);

    fn open(batches: &[usize]) -> (OpenPulls, Instant) {
        let now = Instant::now();
        let mut open = OpenPulls::new(PATIENCE);
        for (token, batch) in (1..).zip(batches) {
            open.opened(token, *batch, EXPIRES, now);
        }
        (open, now)
    }

    // spec: A37-13, CNS-55
    #[test]
    fn deliveries_and_statuses_are_subtracted() {
        let (mut open, now) = open(&[10, 5]);
        open.delivered(4, now);
        assert_eq!(open.expected(), 11);

        assert_eq!(open.ended(1, Some(6), now), Some(Ended { in_vain: false }));
        assert_eq!(open.expected(), 5);
        let refused = open.ended(2, None, now).expect("no header tells what is left");
        assert!(refused.in_vain);
        assert_eq!(open.expected(), 0);
    }

    /// Regression: a fresh consumer with three copies was asked three times for what it had sent.
    // spec: A37-10, A37-13
    #[test]
    fn what_a_status_has_overtaken_is_still_expected() {
        let (mut open, now) = open(&[10]);
        assert_eq!(open.ended(1, Some(0), now), Some(Ended { in_vain: false }));
        assert_eq!(open.expected(), 10);
        open.delivered(4, now);
        assert_eq!(open.expected(), 6);
        open.opened(2, 4, EXPIRES, now);
        assert_eq!(open.ended(2, Some(3), now), Some(Ended { in_vain: false }));
        assert_eq!(open.expected(), 7);
        open.delivered(7, now);

        assert_eq!((open.expected(), open.next_check()), (0, None));
    }

    #[test]
    fn what_never_comes_behind_its_status_costs_credit_for_a_while_and_is_no_silence() {
        let (mut open, now) = open(&[10, 5]);
        open.ended(1, Some(2), now);
        assert_eq!((open.expected(), open.next_check()), (13, Some(now + PATIENCE)));
        open.heartbeat(2, now + PATIENCE / 2);

        assert_eq!(open.check(now + PATIENCE), Pulse::Alive);
        assert_eq!(open.expected(), 5);
        let later = now + PATIENCE;
        open.ended(2, Some(1), later);
        assert_eq!(open.expected(), 4);
        assert_eq!(open.check(later + PATIENCE), Pulse::Alive, "nothing is open");
        assert_eq!((open.expected(), open.next_check()), (0, None));
    }

    #[test]
    fn what_is_lost_is_found_although_others_come() {
        let (mut open, start) = open(&[10]);
        open.ended(1, Some(0), start);
        open.delivered(7, start);
        let mut now = start;
        for token in 2..20 {
            now += PATIENCE / 8;
            open.opened(token, 2, EXPIRES, now);
            open.delivered(2, now);
            open.ended(token, Some(0), now);
            open.check(now);
        }

        assert!(open.expected() <= 2, "{}", open.expected());
    }

    #[test]
    fn a_late_status_of_a_forgotten_pull_takes_nothing_away() {
        let (mut open, now) = open(&[10]);
        open.reset();
        open.opened(2, 10, EXPIRES, now);

        assert_eq!(open.ended(1, Some(10), now), None);
        assert!(!open.heartbeat(1, now));
        assert_eq!(open.expected(), 10);
    }

    // spec: A37-15, CNS-54
    #[test]
    fn silence_of_all_is_a_loss_and_a_heartbeat_prevents_it() {
        let (mut open, now) = open(&[10]);
        assert_eq!(open.check(now + PATIENCE / 2), Pulse::Alive);
        open.heartbeat(1, now + PATIENCE / 2);
        assert_eq!(open.check(now + PATIENCE), Pulse::Alive);
        assert_eq!(open.next_check(), Some(now + PATIENCE / 2 + PATIENCE));

        assert_eq!(open.check(now + PATIENCE * 2), Pulse::Lost);
        assert_eq!(open.expected(), 0);
        assert_eq!(open.check(now + PATIENCE * 3), Pulse::Alive, "a loss is told once");
    }

    #[test]
    fn a_delivery_is_a_sign_of_life_too() {
        let (mut open, now) = open(&[10]);
        open.delivered(1, now + PATIENCE - Duration::from_millis(1));

        assert_eq!(open.check(now + PATIENCE), Pulse::Alive);
    }

    // spec: ERR-41
    #[test]
    fn a_pull_that_never_started_does_not_hold_credit_for_ever() {
        let (mut open, now) = open(&[10, 7]);
        open.heartbeat(2, now + PATIENCE - Duration::from_millis(1));

        assert_eq!(open.check(now + PATIENCE), Pulse::Alive);
        assert_eq!(open.expected(), 7);
    }

    #[test]
    fn a_filled_pull_is_over_without_a_word() {
        let (mut open, now) = open(&[3]);
        open.delivered(3, now);

        assert_eq!(open.next_check(), None);
        assert_eq!(open.check(now + EXPIRES * 2), Pulse::Alive);
        open.delivered(1, now);
        assert_eq!(open.expected(), 0);
    }

    #[test]
    fn our_own_sleep_is_not_the_servers_silence() {
        let (mut open, now) = open(&[3]);
        let late = now + EXPIRES * 3;
        open.forgive(late);

        assert_eq!(open.check(late), Pulse::Alive);
        assert_eq!(open.expected(), 3);
    }
}
