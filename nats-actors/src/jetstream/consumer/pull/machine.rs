//! What a pulling consumer does next: pure, with the time as an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::backoff::Backoff;
use super::budget::{Ask, Budget, Leased};
use super::open::{OpenPulls, Pulse};
use super::request::PullRequest;
use super::settings::PullSettings;
use super::state::{MessagesEvent, MessagesState, OnConsumerLoss, OnStreamLoss, RecoveryReason};
use super::status::{Limit, PullStatus};
use crate::jetstream::ErrorKind;

/// Decides over one consumer's pulls.
///
/// One thing is always true: a pull is open and shows life, or nothing may be asked for, or the
/// machine is in a recovery with a reason that somebody was told, and [`next_wake`] says when it
/// goes on by itself.
///
/// [`next_wake`]: Self::next_wake
#[derive(Debug)]
pub(crate) struct PullMachine {
    pub(super) settings: PullSettings,
    pub(super) open: OpenPulls,
    pub(super) phase: Phase,
    recovery: Option<Recovery>,
    backoff: Backoff,
    random: fn() -> f64,
    last_token: u64,
    /// The next message is larger than a pull's byte bound: fetch it alone, without one.
    oversize: bool,
    linger_until: Option<Instant>,
    /// When we meant to look at the clock; much later means that we slept, not the server.
    due: Option<Instant>,
    actions: VecDeque<Action>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no connection.
    Offline,
    /// Pulls are kept open, as the credit allows.
    Pulling,
    /// A pause before the next attempt.
    Pausing { until: Instant, then: Then },
    /// An answer about consumer and stream is on its way.
    Asking,
    /// Nothing is asked for any more.
    Stopped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Pull,
    Diagnose,
}

#[derive(Clone, Copy, Debug)]
struct Recovery {
    reason: RecoveryReason,
    since: Instant,
}

/// What is to be done in the world.
#[derive(Debug, PartialEq)]
pub(crate) enum Action {
    /// Send a pull.
    Pull { token: u64, request: PullRequest },
    /// Find out whether consumer and stream exist, and answer with `diagnosed`.
    Diagnose,
    /// Create the consumer again, and answer with `recreated`.
    Recreate,
    /// Tell whoever observes.
    Tell(MessagesEvent),
    /// End, with this error.
    End { kind: ErrorKind, description: String },
}

/// What was found out about consumer and stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Diagnosis {
    Present,
    ConsumerMissing,
    StreamMissing,
    /// No answer, or none that helps.
    Unknown,
}

impl PullMachine {
    pub(crate) fn new(settings: PullSettings, random: fn() -> f64) -> Self {
        let open = OpenPulls::new(settings.patience());
        Self {
            settings,
            open,
            phase: Phase::Offline,
            recovery: None,
            backoff: Backoff::new(),
            random,
            last_token: 0,
            oversize: false,
            linger_until: None,
            due: None,
            actions: VecDeque::new(),
        }
    }

    pub(crate) fn state(&self, leased: Leased) -> MessagesState {
        match (self.phase, self.recovery) {
            (Phase::Stopped, _) => MessagesState::Draining,
            (Phase::Offline, None) => MessagesState::Recovering(RecoveryReason::Disconnected),
            (_, Some(recovery)) => MessagesState::Recovering(recovery.reason),
            _ if self.open.expected() > 0 || leased == Leased::default() => MessagesState::Pulling,
            _ => MessagesState::Saturated,
        }
    }

    pub(crate) fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// The connection is there: a new one, with no pull of ours.
    pub(crate) fn online(&mut self) {
        if self.phase == Phase::Stopped {
            return;
        }
        self.open.reset();
        self.phase = Phase::Pulling;
    }

    /// The connection is gone, and every pull with it.
    pub(crate) fn offline(&mut self, now: Instant) {
        if self.phase == Phase::Stopped {
            return;
        }
        self.open.reset();
        self.phase = Phase::Offline;
        self.recover(RecoveryReason::Disconnected, "", now);
    }

    /// So many messages came.
    pub(crate) fn delivered(&mut self, messages: usize, now: Instant) {
        self.open.delivered(messages, now);
        self.alive(now);
    }

    /// The server said something about a pull.
    pub(crate) fn status(
        &mut self,
        token: u64,
        code: u16,
        description: &str,
        undelivered: Option<usize>,
        now: Instant,
    ) {
        let status = PullStatus::parse(code, description);
        if status == PullStatus::Heartbeat {
            if self.open.heartbeat(token, now) {
                self.alive(now);
            }
            return;
        }
        let Some(ended) = self.open.ended(token, undelivered, now) else { return };
        match status {
            PullStatus::Over if !ended.in_vain => self.alive(now),
            PullStatus::Heartbeat => {}
            PullStatus::MessageTooLarge => {
                self.alive(now);
                self.oversize = true;
            }
            PullStatus::LeadershipChange => {
                self.open.reset();
                self.recover(RecoveryReason::LeadershipChange, description, now);
            }
            PullStatus::ServerShutdown => {
                self.pause(RecoveryReason::ServerShutdown, description, Then::Pull, now);
            }
            PullStatus::Exceeded(limit) => self.exceeded(limit, description, now),
            PullStatus::ConsumerDeleted => {
                self.ask(RecoveryReason::ConsumerMissing, description, now);
            }
            PullStatus::NoResponders => self.ask(RecoveryReason::NoResponders, description, now),
            PullStatus::Refused => self.end(ErrorKind::PullRefused, description),
            PullStatus::Over | PullStatus::PinMismatch | PullStatus::Unknown => {
                self.pause(RecoveryReason::PullEnded, description, Then::Pull, now);
            }
        }
    }

    /// The pull could not even be handed to the connection.
    pub(crate) fn unsent(&mut self, token: u64, description: &str, now: Instant) {
        if self.open.ended(token, None, now).is_some() {
            self.pause(RecoveryReason::PullEnded, description, Then::Pull, now);
        }
    }

    /// The answer to [`Action::Diagnose`].
    pub(crate) fn diagnosed(&mut self, diagnosis: Diagnosis, now: Instant) {
        if self.phase != Phase::Asking {
            return;
        }
        match diagnosis {
            Diagnosis::Present | Diagnosis::Unknown => self.pause_again(Then::Pull, now),
            Diagnosis::ConsumerMissing => self.consumer_missing(now),
            Diagnosis::StreamMissing => self.stream_missing(now),
        }
    }

    /// The consumer was created again.
    pub(crate) fn recreated(&mut self) {
        if self.phase == Phase::Asking {
            self.actions.push_back(Action::Tell(MessagesEvent::Recreated));
            self.phase = Phase::Pulling;
        }
    }

    /// So many messages may be in flight from now on.
    pub(crate) fn set_max_in_flight(&mut self, messages: usize) {
        self.settings.budget.messages = messages.max(1);
    }

    /// Asks for nothing any more.
    pub(crate) fn stop(&mut self) {
        self.phase = Phase::Stopped;
        self.recovery = None;
        self.actions.clear();
    }

    /// Looks at the clock and at the credit.
    pub(crate) fn poll(&mut self, leased: Leased, now: Instant) {
        if let Phase::Pausing { until, then } = self.phase
            && now >= until
        {
            match then {
                Then::Pull => self.phase = Phase::Pulling,
                Then::Diagnose => self.diagnose(),
            }
        }
        if self.phase == Phase::Pulling {
            self.check(now);
            self.pull(leased, now);
        }
        self.due = self.next_wake();
    }

    /// When to [`poll`](Self::poll) again although nothing happened.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        match self.phase {
            Phase::Pausing { until, .. } => Some(until),
            Phase::Pulling => self.open.next_check().into_iter().chain(self.linger_until).min(),
            Phase::Offline | Phase::Asking | Phase::Stopped => None,
        }
    }

    /// The number of leased messages at or below which to poll again.
    pub(crate) fn wake_at(&self) -> usize {
        self.settings.budget.wake_at(self.open.expected())
    }

    /// The number of deliveries after which to be told of them: all that is expected, or the first
    /// one while that would be news. In between an eighth of the budget at a time, since
    /// [`wake_at`](Self::wake_at) is the lower the more is expected.
    pub(crate) fn tell_at(&self) -> usize {
        let step = self.settings.budget.messages / 8;
        if self.recovery.is_some() { 1 } else { self.open.expected().min(step) }
    }

    fn check(&mut self, now: Instant) {
        let slept = |due: Instant| now.saturating_duration_since(due) > self.settings.heartbeat;
        if self.due.is_some_and(slept) {
            self.open.forgive(now);
        }
        if self.open.check(now) == Pulse::Lost {
            self.recover(RecoveryReason::HeartbeatsMissed, "", now);
        }
    }

    fn pull(&mut self, leased: Leased, now: Instant) {
        let (messages, bytes) = match self.settings.budget.ask(leased, self.open.expected()) {
            Ask::Now { messages, bytes } => (messages, bytes),
            Ask::Soon { messages, bytes } if self.lingered(now) => (messages, bytes),
            Ask::Soon { .. } => return,
            Ask::Nothing => {
                self.linger_until = None;
                return;
            }
        };
        self.linger_until = None;
        let (batch, max_bytes) = if std::mem::take(&mut self.oversize) {
            (1, None)
        } else if self.is_probing() {
            (1, Some(bytes))
        } else {
            (messages, Some(bytes))
        };
        let request = self.settings.request(batch, max_bytes);
        self.last_token = self.last_token.wrapping_add(1);
        self.open.opened(self.last_token, request.batch, request.expires, now);
        self.actions.push_back(Action::Pull { token: self.last_token, request });
    }

    /// Whether a small credit has waited long enough; the wait begins with the first question.
    fn lingered(&mut self, now: Instant) -> bool {
        now >= *self.linger_until.get_or_insert(now + Budget::LINGER)
    }

    /// A server that was silent may still have all our pulls: each further one asks for little.
    fn is_probing(&self) -> bool {
        let reason = self.recovery.map(|recovery| recovery.reason);
        reason == Some(RecoveryReason::HeartbeatsMissed)
    }

    fn exceeded(&mut self, limit: Limit, description: &str, now: Instant) {
        if self.settings.lower(limit) {
            self.pause(RecoveryReason::LimitExceeded, description, Then::Pull, now);
        } else {
            self.end(ErrorKind::PullRefused, description);
        }
    }

    fn consumer_missing(&mut self, now: Instant) {
        self.recover(RecoveryReason::ConsumerMissing, "", now);
        match self.settings.on_consumer_loss {
            OnConsumerLoss::Recreate if self.settings.can_recreate => {
                self.actions.push_back(Action::Recreate);
            }
            OnConsumerLoss::Wait => self.pause_again(Then::Diagnose, now),
            OnConsumerLoss::Recreate | OnConsumerLoss::Stop => {
                self.end(ErrorKind::ConsumerDeleted, "");
            }
        }
    }

    fn stream_missing(&mut self, now: Instant) {
        self.recover(RecoveryReason::StreamMissing, "", now);
        match self.settings.on_stream_loss {
            OnStreamLoss::Wait => self.pause_again(Then::Diagnose, now),
            OnStreamLoss::Stop => self.end(ErrorKind::StreamDeleted, ""),
        }
    }

    /// Something shows that the server serves us.
    fn alive(&mut self, now: Instant) {
        if self.phase != Phase::Pulling {
            return;
        }
        self.backoff.reset();
        if let Some(recovery) = self.recovery.take() {
            let after = now.saturating_duration_since(recovery.since);
            self.actions.push_back(Action::Tell(MessagesEvent::Recovered { after }));
        }
    }

    fn recover(&mut self, reason: RecoveryReason, description: &str, now: Instant) {
        let before = self.recovery;
        let since = before.map_or(now, |recovery| recovery.since);
        self.recovery = Some(Recovery { reason, since });
        if before.is_none_or(|before| before.reason != reason) {
            let description = description.to_owned();
            let event = MessagesEvent::Recovering { reason, description };
            self.actions.push_back(Action::Tell(event));
        }
    }

    fn pause(&mut self, reason: RecoveryReason, description: &str, then: Then, now: Instant) {
        if self.phase == Phase::Pulling {
            self.recover(reason, description, now);
            self.pause_again(then, now);
        }
    }

    fn pause_again(&mut self, then: Then, now: Instant) {
        let wait: Duration = self.backoff.next((self.random)());
        self.phase = Phase::Pausing { until: now + wait, then };
    }

    fn ask(&mut self, reason: RecoveryReason, description: &str, now: Instant) {
        if self.phase == Phase::Pulling {
            self.recover(reason, description, now);
            self.diagnose();
        }
    }

    fn diagnose(&mut self) {
        self.open.reset();
        self.phase = Phase::Asking;
        self.actions.push_back(Action::Diagnose);
    }

    fn end(&mut self, kind: ErrorKind, description: &str) {
        self.stop();
        self.actions.push_back(Action::End { kind, description: description.to_owned() });
    }
}
