//! The pulling machine against a scripted server and clock.

use std::time::{Duration, Instant};

use super::budget::{Budget, Leased};
use super::machine::{Action, Diagnosis, PullMachine};
use super::settings::PullSettings;
use super::state::{MessagesEvent, MessagesState, OnConsumerLoss, OnStreamLoss, RecoveryReason};
use crate::jetstream::ErrorKind;

const NOTHING: Leased = Leased { messages: 0, bytes: 0 };

/// A machine, its clock, and what it did.
struct Sim {
    machine: PullMachine,
    now: Instant,
    leased: Leased,
}

impl Sim {
    fn with(change: impl FnOnce(&mut PullSettings)) -> Self {
        let mut settings = PullSettings {
            budget: Budget { messages: 100, bytes: 1_000_000 },
            can_recreate: true,
            ..PullSettings::default()
        };
        change(&mut settings);
        let mut machine = PullMachine::new(settings, || 0.5);
        machine.online();
        Self { machine, now: Instant::now(), leased: NOTHING }
    }

    fn new() -> Self {
        Self::with(|_| {})
    }

    /// What the machine does now.
    fn actions(&mut self) -> Vec<Action> {
        self.machine.poll(self.leased, self.now);
        std::iter::from_fn(|| self.machine.next_action()).collect()
    }

    /// The batch and token of the only pull that it sends now.
    fn pull(&mut self) -> (u64, usize) {
        let actions = self.actions();
        let pulls: Vec<_> = actions
            .iter()
            .filter_map(|action| match action {
                Action::Pull { token, request } => Some((*token, request.batch)),
                _ => None,
            })
            .collect();
        assert_eq!(pulls.len(), 1, "{actions:?}");
        pulls[0]
    }

    fn quiet(&mut self) {
        assert_eq!(self.actions(), []);
    }

    fn status(&mut self, token: u64, code: u16, description: &str, undelivered: Option<usize>) {
        self.machine.status(token, code, description, undelivered, self.now);
    }

    /// Goes to the next moment at which the machine wants to look, and no further.
    fn sleep(&mut self) {
        self.now = self.machine.next_wake().expect("the machine waits for something");
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    fn state(&self) -> MessagesState {
        self.machine.state(self.leased)
    }
}

fn recovering(reason: RecoveryReason, description: &str) -> Action {
    Action::Tell(MessagesEvent::Recovering { reason, description: description.to_owned() })
}

// spec: A37-10
#[test]
fn never_more_is_asked_for_than_may_be_in_flight() {
    let mut sim = Sim::new();
    assert_eq!(sim.pull().1, 100);

    sim.machine.delivered(60, sim.now);
    sim.leased.messages = 60;
    sim.quiet();
    sim.leased.messages = 10;
    assert_eq!(sim.pull().1, 50);
    sim.quiet();
}

#[test]
fn a_saturated_consumer_is_not_silent_but_full() {
    let mut sim = Sim::new();
    sim.pull();
    sim.machine.delivered(100, sim.now);
    sim.leased.messages = 100;

    sim.quiet();
    assert_eq!(sim.state(), MessagesState::Saturated);
    sim.pass(Duration::from_secs(3600));
    sim.quiet();
}

// spec: A37-12
#[test]
fn one_free_place_among_slow_handlers_is_used_after_a_moment() {
    let mut sim = Sim::new();
    sim.pull();
    sim.machine.delivered(100, sim.now);
    sim.leased.messages = 99;

    sim.quiet();
    sim.sleep();
    assert_eq!(sim.pull().1, 1);
}

// spec: A37-15, CNS-54
#[test]
fn two_missed_heartbeats_are_told_and_answered_with_a_small_pull_at_once() {
    let mut sim = Sim::new();
    sim.pull();
    sim.sleep();
    let actions = sim.actions();

    assert_eq!(actions[0], recovering(RecoveryReason::HeartbeatsMissed, ""));
    let Action::Pull { token, request } = &actions[1] else { panic!("{actions:?}") };
    assert_eq!(request.batch, 1);
    assert_eq!(sim.state(), MessagesState::Recovering(RecoveryReason::HeartbeatsMissed));

    sim.pass(Duration::from_secs(1));
    sim.status(*token, 100, "Idle Heartbeat", None);
    let actions = sim.actions();
    let after = Duration::from_secs(1);
    assert_eq!(actions[0], Action::Tell(MessagesEvent::Recovered { after }));
    let Action::Pull { request, .. } = &actions[1] else { panic!("{actions:?}") };
    assert_eq!(request.batch, 99);
    assert_eq!(sim.state(), MessagesState::Pulling);
}

#[test]
fn a_silent_server_is_asked_again_for_little_and_told_once() {
    let mut sim = Sim::new();
    sim.pull();
    for round in 0..10 {
        sim.sleep();
        let actions = sim.actions();
        assert_eq!(actions.len(), if round == 0 { 2 } else { 1 }, "{actions:?}");
        let Some(Action::Pull { request, .. }) = actions.last() else { panic!("{actions:?}") };
        assert_eq!(request.batch, 1);
    }
}

#[test]
fn a_process_that_slept_does_not_blame_the_server() {
    let mut sim = Sim::new();
    sim.pull();
    sim.pass(Duration::from_secs(600));
    sim.quiet();
    sim.sleep();
    assert_eq!(sim.actions()[0], recovering(RecoveryReason::HeartbeatsMissed, ""));
}

// spec: A37-16
#[test]
fn a_new_connection_is_pulled_from_at_once_and_nothing_is_asked_first() {
    let mut sim = Sim::new();
    sim.pull();
    sim.machine.offline(sim.now);
    assert_eq!(sim.actions(), [recovering(RecoveryReason::Disconnected, "")]);
    sim.pass(Duration::from_secs(60));
    sim.quiet();
    assert_eq!(sim.machine.next_wake(), None);

    sim.machine.online();
    assert_eq!(sim.pull().1, 100);
}

// spec: A37-13
#[test]
fn an_expired_pull_is_replaced_without_a_word() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.machine.delivered(30, sim.now);
    sim.pass(Duration::from_secs(30));
    sim.status(token, 408, "Request Timeout", Some(70));

    let (next, batch) = sim.pull();
    assert_eq!((next, batch), (token + 1, 100));
}

// spec: A37-13, ERR-41
#[test]
fn a_consumers_limit_is_learnt_after_a_pause_and_never_in_a_hot_loop() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    let text = "Exceeded MaxRequestBatch of 10";
    sim.status(token, 409, text, None);

    assert_eq!(sim.actions(), [recovering(RecoveryReason::LimitExceeded, text)]);
    sim.sleep();
    assert_eq!(sim.pull().1, 10);
}

#[test]
fn a_pull_that_ends_at_once_and_empty_is_not_repeated_at_once() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.status(token, 408, "Interest Expired", Some(100));

    assert_eq!(sim.actions(), [recovering(RecoveryReason::PullEnded, "Interest Expired")]);
    sim.sleep();
    sim.pull();
}

// spec: A37-02
#[test]
fn a_message_that_exceeds_the_byte_bound_is_fetched_alone() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.status(token, 409, "Message Size Exceeds MaxBytes", Some(100));
    let actions = sim.actions();

    let [Action::Pull { request, .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!((request.batch, request.max_bytes), (1, None));
}

// spec: CNS-56, ERR-43
#[test]
fn a_new_leader_is_asked_at_once_and_a_leaving_server_after_a_pause() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.status(token, 409, "Leadership Change", None);
    let (token, batch) = sim.pull();
    assert_eq!(batch, 100);

    sim.status(token, 409, "Server Shutdown", Some(100));
    assert_eq!(sim.actions(), [recovering(RecoveryReason::ServerShutdown, "Server Shutdown")]);
    sim.sleep();
    sim.pull();
}

// spec: ERR-40
#[test]
fn a_deleted_consumer_is_created_again_by_policy() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.status(token, 409, "Consumer Deleted", None);
    let told = recovering(RecoveryReason::ConsumerMissing, "Consumer Deleted");
    assert_eq!(sim.actions(), [told, Action::Diagnose]);

    sim.machine.diagnosed(Diagnosis::ConsumerMissing, sim.now);
    assert_eq!(sim.actions(), [Action::Recreate]);
    sim.machine.recreated();
    assert_eq!(sim.machine.next_action(), Some(Action::Tell(MessagesEvent::Recreated)));
    assert_eq!(sim.pull().1, 100);
}

#[test]
fn a_deleted_consumer_ends_it_by_policy() {
    let mut sim = Sim::with(|settings| settings.on_consumer_loss = OnConsumerLoss::Stop);
    let (token, _) = sim.pull();
    sim.status(token, 409, "Consumer Deleted", None);
    sim.actions();
    sim.machine.diagnosed(Diagnosis::ConsumerMissing, sim.now);

    let end = Action::End { kind: ErrorKind::ConsumerDeleted, description: String::new() };
    assert_eq!(sim.actions(), [end]);
    assert_eq!(sim.state(), MessagesState::Draining);
}

#[test]
fn a_missing_stream_is_waited_for_and_looked_for_by_policy() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.status(token, 503, "", None);
    let told = recovering(RecoveryReason::NoResponders, "");
    assert_eq!(sim.actions(), [told, Action::Diagnose]);

    sim.machine.diagnosed(Diagnosis::StreamMissing, sim.now);
    assert_eq!(sim.actions(), [recovering(RecoveryReason::StreamMissing, "")]);
    for _ in 0..5 {
        let before = sim.now;
        sim.sleep();
        assert!(sim.now - before <= Duration::from_secs(2));
        assert_eq!(sim.actions(), [Action::Diagnose]);
        sim.machine.diagnosed(Diagnosis::StreamMissing, sim.now);
    }

    let mut sim = Sim::with(|settings| settings.on_stream_loss = OnStreamLoss::Stop);
    let (token, _) = sim.pull();
    sim.status(token, 503, "", None);
    sim.actions();
    sim.machine.diagnosed(Diagnosis::StreamMissing, sim.now);
    assert!(matches!(sim.actions()[..], [Action::End { kind: ErrorKind::StreamDeleted, .. }]));
}

// spec: A37-19, ERR-46
#[test]
fn no_answer_about_the_consumer_is_no_reason_to_give_up() {
    let mut sim = Sim::new();
    for _ in 0..20 {
        let (token, _) = sim.pull();
        sim.status(token, 503, "", None);
        sim.actions();
        sim.machine.diagnosed(Diagnosis::Unknown, sim.now);
        sim.quiet();
        sim.sleep();
    }
    sim.pull();
}

// spec: A37-17
#[test]
fn a_stopped_machine_asks_for_nothing_whatever_happens() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.machine.stop();
    sim.status(token, 409, "Consumer Deleted", None);
    sim.machine.offline(sim.now);
    sim.machine.online();
    sim.machine.delivered(5, sim.now);
    sim.machine.diagnosed(Diagnosis::Present, sim.now);

    sim.quiet();
    assert_eq!(sim.machine.next_wake(), None);
}

#[test]
fn a_refusal_ends_it_with_the_servers_words() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    sim.status(token, 409, "Consumer is push based", None);

    let description = "Consumer is push based".to_owned();
    let end = Action::End { kind: ErrorKind::PullRefused, description };
    assert_eq!(sim.actions(), [end]);
}

#[test]
fn deliveries_are_told_in_eighths_and_the_first_one_after_a_loss() {
    let mut sim = Sim::new();
    let (token, _) = sim.pull();
    assert_eq!(sim.machine.tell_at(), 12);
    sim.machine.delivered(95, sim.now);
    assert_eq!(sim.machine.tell_at(), 5);

    sim.status(token, 409, "Leadership Change", None);
    assert_eq!(sim.machine.tell_at(), 1);
}
