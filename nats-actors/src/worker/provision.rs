//! What the consumer on the server has to be, and how an existing one differs; pure.

use std::fmt;
use std::time::Duration;

use super::spec::{ConsumerSpec, DeliverFrom, Provision};
use crate::jetstream::{AckPolicy, ConsumerConfig, DeliverPolicy};

/// What to do about the consumer on the server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// It is as it has to be.
    Keep,
    /// Create it.
    Create(Box<ConsumerConfig>),
    /// Change it.
    Update(Box<ConsumerConfig>),
    /// Nothing that the settings allow would help.
    Refuse(Vec<Drift>),
}

/// One field in which the consumer on the server differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The field, as it is called on the wire.
    pub field: &'static str,
    /// What the server has.
    pub found: String,
    /// What it would have to be.
    pub wanted: String,
}

/// What to do, given what is on the server.
pub(crate) fn step(spec: &ConsumerSpec, existing: Option<&ConsumerConfig>) -> Step {
    let Some(existing) = existing else {
        return match spec.provision {
            Provision::Verify => {
                Step::Refuse(vec![drift("durable_name", "no such consumer", spec.durable)])
            }
            Provision::Create | Provision::Reconcile => Step::Create(Box::new(wanted(spec))),
        };
    };
    let fixed = unchangeable(existing);
    let drifts = changeable(spec, existing);
    match spec.provision {
        _ if fixed.is_empty() && drifts.is_empty() => Step::Keep,
        Provision::Reconcile if fixed.is_empty() => {
            Step::Update(Box::new(reconciled(spec, existing)))
        }
        Provision::Verify | Provision::Create | Provision::Reconcile => {
            Step::Refuse(fixed.into_iter().chain(drifts).collect())
        }
    }
}

/// A consumer that leaves attempts and delays to us: no limit of deliveries, no backoff, room for delayed messages.
fn wanted(spec: &ConsumerSpec) -> ConsumerConfig {
    let deliver = match spec.deliver {
        DeliverFrom::All => DeliverPolicy::All,
        DeliverFrom::New => DeliverPolicy::New,
        DeliverFrom::Last => DeliverPolicy::Last,
        DeliverFrom::Sequence(sequence) => DeliverPolicy::ByStartSequence(sequence),
    };
    ConsumerConfig::durable(spec.durable)
        .deliver(deliver)
        .ack_policy(AckPolicy::Explicit)
        .ack_wait(spec.ack_wait)
        .max_ack_pending(room(spec))
        .filter_subjects(spec.filter_subjects())
}

fn reconciled(spec: &ConsumerSpec, existing: &ConsumerConfig) -> ConsumerConfig {
    let mut config = existing
        .clone()
        .ack_wait(spec.ack_wait)
        .backoff([])
        .filter_subjects(spec.filter_subjects());
    config.max_deliver = None;
    if !has_room(spec, existing) {
        config = config.max_ack_pending(room(spec));
    }
    config
}

/// What the server lets nobody change.
fn unchangeable(existing: &ConsumerConfig) -> Vec<Drift> {
    let mut drifts = Vec::new();
    if existing.is_push() {
        drifts.push(drift("deliver_subject", "a push consumer", "a pull consumer"));
    }
    if existing.ack_policy != AckPolicy::Explicit {
        drifts.push(drift("ack_policy", format!("{:?}", existing.ack_policy), "Explicit"));
    }
    drifts
}

fn changeable(spec: &ConsumerSpec, existing: &ConsumerConfig) -> Vec<Drift> {
    let mut drifts = Vec::new();
    let ack_wait = existing.ack_wait.unwrap_or(SERVER_ACK_WAIT);
    if ack_wait != spec.ack_wait {
        drifts.push(drift("ack_wait", format!("{ack_wait:?}"), format!("{:?}", spec.ack_wait)));
    }
    if let Some(limit) =
        existing.max_deliver.filter(|limit| *limit <= u64::from(spec.retry.max_attempts))
    {
        let wanted = format!("unlimited, or more than {} attempts", spec.retry.max_attempts);
        drifts.push(drift("max_deliver", limit.to_string(), wanted));
    }
    if !existing.backoff.is_empty() {
        drifts.push(drift(
            "backoff",
            format!("{:?}", existing.backoff),
            "none; it makes delays of NAKs wrong",
        ));
    }
    if !has_room(spec, existing) {
        let found = existing.max_ack_pending.unwrap_or(SERVER_ACK_PENDING);
        drifts.push(drift(
            "max_ack_pending",
            found.to_string(),
            format!("at least {}", least_room(spec)),
        ));
    }
    let mut filters: Vec<&str> = existing.filter_subjects.iter().map(String::as_str).collect();
    filters.sort_unstable();
    if filters != spec.filter_subjects() {
        drifts.push(drift(
            "filter_subjects",
            filters.join(", "),
            spec.filter_subjects().join(", "),
        ));
    }
    drifts
}

/// Messages that rest after a NAK stay pending on the server: without room for them, they stall everything.
fn has_room(spec: &ConsumerSpec, existing: &ConsumerConfig) -> bool {
    let room = existing.max_ack_pending.unwrap_or(SERVER_ACK_PENDING);
    room < 0 || room >= least_room(spec)
}

fn least_room(spec: &ConsumerSpec) -> i64 {
    i64::from(spec.max_in_flight).saturating_mul(4)
}

fn room(spec: &ConsumerSpec) -> i64 {
    least_room(spec).max(SERVER_ACK_PENDING)
}

fn drift(field: &'static str, found: impl Into<String>, wanted: impl Into<String>) -> Drift {
    Drift { field, found: found.into(), wanted: wanted.into() }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (wanted: {})", self.field, self.found, self.wanted)
    }
}

/// What the server takes for settings that are left out.
const SERVER_ACK_WAIT: Duration = Duration::from_secs(30);
const SERVER_ACK_PENDING: i64 = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::RouteSpec;

    const SPEC: ConsumerSpec =
        ConsumerSpec::new("ORDERS", "billing", &[RouteSpec::new("placed", "orders.*.placed")])
            .max_in_flight(500);

    fn fields(step: &Step) -> Vec<&'static str> {
        match step {
            Step::Refuse(drifts) => drifts.iter().map(|drift| drift.field).collect(),
            other => panic!("not refused: {other:?}"),
        }
    }

    // spec: GAP-03
    #[test]
    fn what_is_created_leaves_attempts_and_delays_to_us() {
        let Step::Create(config) = step(&SPEC.provision(Provision::Create), None) else {
            panic!("not created");
        };

        assert_eq!((config.max_deliver, config.backoff.len()), (None, 0));
        assert_eq!(config.max_ack_pending, Some(2000));
        assert_eq!(config.filter_subjects, ["orders.*.placed"]);
        assert_eq!(config.ack_policy, AckPolicy::Explicit);
        assert_eq!(step(&SPEC, Some(&config)), Step::Keep);
    }

    #[test]
    fn verifying_creates_nothing() {
        assert_eq!(fields(&step(&SPEC, None)), ["durable_name"]);
    }

    #[test]
    fn every_drift_is_named_at_once() {
        let existing = wanted(&SPEC)
            .ack_wait(Duration::from_secs(5))
            .max_deliver(8)
            .backoff([Duration::from_secs(1)])
            .max_ack_pending(1000)
            .filter_subjects(["orders.>"])
            .ack_policy(AckPolicy::All);

        let all = [
            "ack_policy",
            "ack_wait",
            "max_deliver",
            "backoff",
            "max_ack_pending",
            "filter_subjects",
        ];
        assert_eq!(fields(&step(&SPEC, Some(&existing))), all);
        assert_eq!(fields(&step(&SPEC.provision(Provision::Reconcile), Some(&existing))), all);
    }

    #[test]
    fn a_limit_above_the_attempts_is_no_drift() {
        assert_eq!(step(&SPEC, Some(&wanted(&SPEC).max_deliver(9))), Step::Keep);
        assert_eq!(step(&SPEC, Some(&wanted(&SPEC).max_ack_pending(-1))), Step::Keep);
    }

    #[test]
    fn reconciling_changes_what_differs_and_keeps_the_rest() {
        let existing = wanted(&SPEC)
            .ack_wait(Duration::from_secs(5))
            .max_deliver(3)
            .filter_subjects(["orders.>"])
            .description("theirs");
        let Step::Update(config) = step(&SPEC.provision(Provision::Reconcile), Some(&existing))
        else {
            panic!("not updated");
        };

        assert_eq!(step(&SPEC, Some(&config)), Step::Keep);
        assert_eq!(config.description.as_deref(), Some("theirs"));
    }
}
