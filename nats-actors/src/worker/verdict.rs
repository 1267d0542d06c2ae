//! What happens to a message before and after its handler; pure.

use std::time::Duration;

use super::handler_error::Disposition;
use super::order::OnKeyFailure;
use super::outcome::{Outcome, Reason};
use super::settled::{Said, Settled};
use super::spec::ConsumerSpec;

/// How often a message was tried, as far as this process can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Deliveries by the server, this one included.
    pub(crate) deliveries: u32,
    /// Further attempts in place, without a delivery of their own.
    pub(crate) in_place: u32,
    /// Deliveries and rests that were no attempts: snoozes, and what was given back without a run.
    pub(crate) excused: u32,
}

impl Attempts {
    /// The number of the attempt that is about to be made or was made last; the first is 1.
    ///
    /// At most the number of deliveries: one that a dying worker took with it counts as well.
    pub(crate) fn number(self) -> u32 {
        self.deliveries.saturating_add(self.in_place).saturating_sub(self.excused).max(1)
    }
}

/// Whether a delivery may be given to its handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It may.
    Run,
    /// Its attempts are used up; it is a dead letter without another attempt.
    Exhausted(Reason),
    /// The server has given it to somebody else by now, or is about to.
    Stale,
}

/// Whether a delivery may be given to its handler, asked right before.
pub(crate) fn admit(spec: &ConsumerSpec, attempts: Attempts, lease_over: bool) -> Admission {
    if lease_over {
        return Admission::Stale;
    }
    if spec.retry.is_exhausted(attempts.number()) {
        let (deliveries, max) = (attempts.deliveries, spec.retry.max_attempts);
        return Admission::Exhausted(
            format!("delivered {deliveries} times, {max} attempts allowed").into(),
        );
    }
    Admission::Run
}

/// What the runtime does with a delivery that its handler has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Acknowledge.
    Ack,
    /// Acknowledge, and wait until the server confirms.
    DoubleAck,
    /// Give it back, to be delivered again after a delay; `snoozed` if that is no attempt.
    Nak { delay: Duration, snoozed: bool },
    /// Keep it, rest, and run its handler again; those behind it in the lane wait.
    RunAgain { rest: Duration, snoozed: bool },
    /// Give it up.
    Term(Reason),
    /// Store it as a dead letter, then give it up.
    DeadLetter(Reason),
    /// Give it back after a delay, and pause the consumer.
    Pause { delay: Duration, reason: Reason },
}

/// What to do with a delivery after attempt `attempts`; `random` from 0 to 1 picks the jitter.
pub(crate) fn decide(
    spec: &ConsumerSpec,
    settled: Settled,
    attempts: Attempts,
    random: f64,
) -> Verdict {
    let curve = spec.retry.delay(attempts.number(), random);
    match settled.said {
        Said::Outcome(outcome) => after_outcome(spec, outcome, attempts, curve),
        Said::Rejected(reason) => Verdict::DeadLetter(reason),
        Said::Failed { disposition, reason } => match disposition {
            Disposition::Retry => after_failure(spec, attempts, curve, reason),
            Disposition::RetryAfter(delay) => {
                after_failure(spec, attempts, at_least(delay), reason)
            }
            Disposition::Terminal => Verdict::DeadLetter(reason),
            Disposition::Fatal => Verdict::Pause { delay: curve, reason },
        },
    }
}

fn after_outcome(
    spec: &ConsumerSpec,
    outcome: Outcome,
    attempts: Attempts,
    curve: Duration,
) -> Verdict {
    match outcome {
        Outcome::Ack => Verdict::Ack,
        Outcome::DoubleAck => Verdict::DoubleAck,
        Outcome::Retry => after_failure(spec, attempts, curve, ASKED.into()),
        Outcome::RetryIn(delay) => after_failure(spec, attempts, at_least(delay), ASKED.into()),
        Outcome::Snooze(delay) if attempts.excused < spec.retry.max_snoozes => {
            again(spec, at_least(delay), true)
        }
        Outcome::Snooze(delay) => {
            after_failure(spec, attempts, at_least(delay), "snoozed too often".into())
        }
        Outcome::Term(reason) => Verdict::Term(reason),
        Outcome::DeadLetter(reason) => Verdict::DeadLetter(reason),
    }
}

fn after_failure(
    spec: &ConsumerSpec,
    attempts: Attempts,
    delay: Duration,
    reason: Reason,
) -> Verdict {
    let halts = spec.ordered.is_some_and(|order| order.on_failure == OnKeyFailure::Halt);
    match spec.retry.is_last(attempts.number()) {
        true if halts => Verdict::Pause { delay, reason },
        true => Verdict::DeadLetter(reason),
        false => again(spec, delay, false),
    }
}

fn again(spec: &ConsumerSpec, delay: Duration, snoozed: bool) -> Verdict {
    match spec.ordered.map(|order| order.on_failure) {
        Some(OnKeyFailure::Hold | OnKeyFailure::Halt) => Verdict::RunAgain { rest: delay, snoozed },
        Some(OnKeyFailure::Skip) | None => Verdict::Nak { delay, snoozed },
    }
}

/// A delay of zero would be an immediate redelivery, which burns a budget in milliseconds.
fn at_least(delay: Duration) -> Duration {
    delay.max(Duration::from_millis(1))
}

const ASKED: &str = "the handler asked for another attempt";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::worker::{KeyOrder, OrderedBy, RetryPolicy};

    const SPEC: ConsumerSpec = ConsumerSpec::new("S", "d", &[])
        .retry(RetryPolicy::new().max_attempts(3).max_snoozes(2).jitter(0.0));
    const SECOND: Duration = Duration::from_secs(1);

    fn attempt(deliveries: u32) -> Attempts {
        Attempts { deliveries, in_place: 0, excused: 0 }
    }

    fn after(spec: &ConsumerSpec, settled: impl Into<Settled>, attempts: Attempts) -> Verdict {
        decide(spec, settled.into(), attempts, 0.5)
    }

    fn ordered(on_failure: OnKeyFailure) -> ConsumerSpec {
        SPEC.ordered(KeyOrder::new(OrderedBy::Param("id")).on_failure(on_failure))
    }

    #[test]
    fn the_budget_is_checked_before_the_handler_runs() {
        assert_eq!(admit(&SPEC, attempt(3), false), Admission::Run);
        assert_eq!(
            admit(&SPEC, attempt(4), false),
            Admission::Exhausted("delivered 4 times, 3 attempts allowed".into())
        );
        assert_eq!(admit(&SPEC, Attempts { excused: 2, ..attempt(5) }, false), Admission::Run);
        assert_eq!(admit(&SPEC, attempt(1), true), Admission::Stale);
    }

    // spec: GAP-03
    #[test]
    fn a_failure_comes_back_later_each_time_and_dies_at_the_last_attempt() {
        let failed = || Settled::failure(Disposition::Retry, "down");

        assert_eq!(
            after(&SPEC, failed(), attempt(1)),
            Verdict::Nak { delay: SECOND, snoozed: false }
        );
        assert_eq!(
            after(&SPEC, failed(), attempt(2)),
            Verdict::Nak { delay: SECOND * 2, snoozed: false }
        );
        assert_eq!(after(&SPEC, failed(), attempt(3)), Verdict::DeadLetter("down".into()));
    }

    #[test]
    fn each_disposition_has_its_verdict() {
        let told = |disposition| after(&SPEC, Settled::failure(disposition, "x"), attempt(1));

        assert_eq!(
            told(Disposition::RetryAfter(SECOND * 9)),
            Verdict::Nak { delay: SECOND * 9, snoozed: false }
        );
        assert_eq!(told(Disposition::Terminal), Verdict::DeadLetter("x".into()));
        assert_eq!(told(Disposition::Fatal), Verdict::Pause { delay: SECOND, reason: "x".into() });
        assert_eq!(
            after(&SPEC, Settled::rejected("bad json"), attempt(1)),
            Verdict::DeadLetter("bad json".into())
        );
    }

    #[test]
    fn a_snooze_is_no_attempt_until_there_are_too_many() {
        let snoozed = |snoozes| {
            after(
                &SPEC,
                Outcome::Snooze(SECOND),
                Attempts { excused: snoozes, ..attempt(1 + snoozes) },
            )
        };

        assert_eq!(snoozed(0), Verdict::Nak { delay: SECOND, snoozed: true });
        assert_eq!(snoozed(1), Verdict::Nak { delay: SECOND, snoozed: true });
        assert_eq!(snoozed(2), Verdict::Nak { delay: SECOND, snoozed: false });
    }

    #[test]
    fn an_ordered_message_rests_in_place_unless_it_is_skipped() {
        let failed = |spec: &ConsumerSpec, n| after(spec, Outcome::Retry, attempt(n));
        let (hold, skip, halt) =
            (ordered(OnKeyFailure::Hold), ordered(OnKeyFailure::Skip), ordered(OnKeyFailure::Halt));

        assert_eq!(failed(&hold, 1), Verdict::RunAgain { rest: SECOND, snoozed: false });
        assert_eq!(failed(&halt, 1), Verdict::RunAgain { rest: SECOND, snoozed: false });
        assert_eq!(failed(&skip, 1), Verdict::Nak { delay: SECOND, snoozed: false });
        assert_eq!(failed(&hold, 3), Verdict::DeadLetter(ASKED.into()));
        assert!(matches!(failed(&halt, 3), Verdict::Pause { .. }));
    }

    proptest! {
        #[test]
        fn no_verdict_gives_back_without_a_delay(
            deliveries in 0_u32..9, in_place in 0_u32..9, snoozes in 0_u32..9, random in 0.0_f64..1.0, pick in 0_usize..5,
        ) {
            let settled = [
                Settled::from(Outcome::Retry),
                Outcome::RetryIn(Duration::ZERO).into(),
                Outcome::Snooze(Duration::ZERO).into(),
                Settled::failure(Disposition::RetryAfter(Duration::ZERO), "x"),
                Settled::failure(Disposition::Fatal, "x"),
            ][pick].clone();

            for spec in [SPEC, ordered(OnKeyFailure::Hold)] {
                match decide(&spec, settled.clone(), Attempts { deliveries, in_place, excused: snoozes }, random) {
                    Verdict::Nak { delay, .. } | Verdict::RunAgain { rest: delay, .. } | Verdict::Pause { delay, .. } =>
                        prop_assert!(delay > Duration::ZERO),
                    other => prop_assert!(matches!(other, Verdict::DeadLetter(_)), "{other:?}"),
                }
            }
        }
    }
}
