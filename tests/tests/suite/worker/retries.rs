//! Attempts: how many, when, and what ends them.

use std::time::Duration;

use nats_actors::worker;
use nats_actors::{HandlerError, HandlerFault, Outcome, consumer, handlers};

use super::kit::{Probe, Stage};

#[consumer(
    stream = "ORDERS", durable = "unlucky", provision = create, dead_letter = "dlq.unlucky",
    retry(max_attempts = 3, backoff = fixed("20ms"), jitter = 0.0)
)]
struct Unlucky {
    probe: Probe,
}

#[handlers]
impl Unlucky {
    #[on("orders.{key}.placed")]
    async fn placed(&self, key: String, order: u64) {
        self.probe.note(order);
        assert!(order != 13, "order {order} of key {key} is unlucky");
    }
}

// spec: GAP-03
#[tokio::test]
async fn a_panic_is_the_outcome_of_one_message_and_after_the_last_attempt_a_dead_letter() {
    let stage = Stage::start().await;
    let probe = Probe::default();
    stage.place(1..31, 5).await;

    let running = worker::consumer(&stage.client, {
        let probe = probe.clone();
        move || Unlucky { probe: probe.clone() }
    })
    .start();
    stage.settled("unlucky", 30).await;

    let letter = stage.dead_letter().await;
    let headers = letter.headers().unwrap();
    assert_eq!(&*letter.payload, b"13");
    assert_eq!(headers.get("Dead-Letter-Sequence"), Some("13"));
    assert_eq!(headers.get("Dead-Letter-Stream"), Some("ORDERS"));
    assert_eq!(headers.get("Dead-Letter-Subject"), Some("orders.3.placed"));
    assert_eq!(headers.get("Dead-Letter-Consumer"), Some("unlucky"));
    assert_eq!(headers.get("Dead-Letter-Deliveries"), Some("3"));
    assert_eq!(
        headers.get("Dead-Letter-Reason"),
        Some("the handler panicked: order 13 of key 3 is unlucky")
    );
    assert_eq!(probe.runs_of(13), 3, "exactly as many as allowed");
    assert_eq!(probe.len(), 29 + 3);
    let statistics = running.statistics();
    assert_eq!((statistics.acked, statistics.panicked), (29, 3));
    assert_eq!((statistics.retried, statistics.dead_lettered), (2, 1));
    assert!(running.drain().await.is_clean());
}

#[derive(Debug, HandlerError)]
enum BankError {
    #[retry]
    Busy,
    #[retry(after = self.0)]
    Later(Duration),
    #[terminal]
    Refused,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the bank says {self:?}")
    }
}

#[consumer(
    stream = "ORDERS", durable = "bank", provision = create, dead_letter = "dlq.bank",
    retry(max_attempts = 5, backoff = exponential("100ms", "10s"), jitter = 0.0)
)]
struct Bank {
    probe: Probe,
}

#[handlers]
impl Bank {
    #[on("orders.0.placed")]
    async fn busy(&self, order: u64) -> Result<(), BankError> {
        self.probe.note(order);
        Err(BankError::Busy)
    }

    #[on("orders.1.placed")]
    async fn later(&self, order: u64) -> Result<Outcome, BankError> {
        self.probe.note(order);
        if self.probe.len() == 1 {
            Err(BankError::Later(Duration::from_millis(300)))
        } else {
            Ok(Outcome::DoubleAck)
        }
    }

    #[on("orders.2.placed")]
    async fn refused(&self, order: u64) -> Result<(), BankError> {
        self.probe.note(order);
        Err(BankError::Refused)
    }

    #[on("orders.3.placed")]
    async fn snoozed(&self, order: u64) -> Outcome {
        self.probe.note(order);
        if self.probe.len() < 8 { Outcome::Snooze(Duration::from_millis(5)) } else { Outcome::Ack }
    }

    #[on("orders.4.placed")]
    async fn faulty(&self, order: u64) -> Result<(), HandlerFault> {
        self.probe.note(order);
        let _: u32 = "x".parse()?;
        Ok(())
    }
}

async fn run(stage: &Stage, order: u64) -> Probe {
    let probe = Probe::default();
    let handed = probe.clone();
    worker::consumer(&stage.client, move || Bank { probe: handed.clone() }).start();
    stage.place(order..order + 1, 5).await;
    stage.settled("bank", 1).await;
    probe
}

// spec: GAP-03
#[tokio::test]
async fn delays_grow_by_the_curve_and_attempts_end() {
    let stage = Stage::start().await;

    let gaps = run(&stage, 0).await.gaps();

    assert_eq!(gaps.len(), 4, "exactly five attempts: {gaps:?}");
    for (gap, wanted) in gaps.iter().zip([100, 200, 400, 800]) {
        let wanted = Duration::from_millis(wanted);
        assert!(*gap >= wanted.mul_f64(0.9), "no attempt comes early: {gaps:?}");
        assert!(*gap <= wanted + Duration::from_millis(150), "nor late: {gaps:?}");
    }
    assert_eq!(
        stage.dead_letter().await.headers().unwrap().get("Dead-Letter-Reason"),
        Some("the bank says Busy")
    );
}

#[tokio::test]
async fn an_error_can_name_its_own_delay() {
    let stage = Stage::start().await;

    let gaps = run(&stage, 1).await.gaps();

    assert_eq!(gaps.len(), 1);
    assert!(gaps[0] >= Duration::from_millis(290), "{gaps:?}");
    assert_eq!(stage.dead_letter_count().await, 0);
}

#[tokio::test]
async fn a_terminal_error_is_a_dead_letter_at_once() {
    let stage = Stage::start().await;

    let probe = run(&stage, 2).await;

    assert_eq!(probe.len(), 1);
    assert_eq!(stage.dead_letter().await.headers().unwrap().get("Dead-Letter-Attempts"), Some("1"));
}

#[tokio::test]
async fn a_snooze_uses_up_no_attempt() {
    let stage = Stage::start().await;

    let probe = run(&stage, 3).await;

    assert_eq!(probe.len(), 8, "more often than five attempts");
    assert_eq!(stage.dead_letter_count().await, 0);
}

#[tokio::test]
async fn any_error_by_question_mark_is_retried() {
    let stage = Stage::start().await;

    let probe = run(&stage, 4).await;

    assert_eq!(probe.len(), 5);
    let letter = stage.dead_letter().await;
    assert_eq!(
        letter.headers().unwrap().get("Dead-Letter-Reason"),
        Some("invalid digit found in string")
    );
}

/// The worker dies at every attempt: the budget is checked before the next run.
#[tokio::test]
async fn an_attempt_that_took_its_worker_with_it_counts() {
    let stage = Stage::start().await;
    let stream = stage.js.stream("ORDERS").await.unwrap();
    stage.place(1..2, 5).await;
    let running = |probe: &Probe| {
        let probe = probe.clone();
        worker::consumer(&stage.client, move || Unlucky { probe: probe.clone() }).start()
    };
    let first = running(&Probe::default());
    stage.settled("unlucky", 1).await;
    assert!(first.drain().await.is_clean());

    stage.place(2..3, 5).await;
    let consumer = stream.consumer("unlucky").await.unwrap();
    for _ in 0..3 {
        // What a worker that was killed leaves behind: a delivery that nobody settled.
        let mut messages = consumer.messages().max_in_flight(1).await.unwrap();
        drop(messages.next().await.unwrap().unwrap());
        messages.control().stop().await;
    }
    let probe = Probe::default();
    running(&probe);
    stage.settled("unlucky", 2).await;

    assert_eq!(probe.len(), 0, "not run a fourth time");
    let letter = stage.dead_letter().await.headers().unwrap();
    let reason = letter.get("Dead-Letter-Reason").unwrap();
    assert!(reason.ends_with("times, 3 attempts allowed"), "{reason}");
}

#[consumer(
    stream = "ORDERS", durable = "slow", provision = create, timeout = "200ms",
    retry(max_attempts = 2, backoff = fixed("50ms"))
)]
struct Slow {
    probe: Probe,
}

#[handlers]
impl Slow {
    #[on("orders.>")]
    async fn any(&self, order: u64) {
        self.probe.note(order);
        if self.probe.len() == 1 {
            std::future::pending::<()>().await;
        }
    }
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_cancelled_and_made_once_more() {
    let stage = Stage::start().await;
    let probe = Probe::default();
    let handed = probe.clone();
    stage.place(1..2, 1).await;

    let running = worker::consumer(&stage.client, move || Slow { probe: handed.clone() }).start();
    stage.settled("slow", 1).await;

    assert_eq!(probe.len(), 2);
    assert_eq!(running.statistics().timed_out, 1);
}

#[test]
fn what_is_derived_can_be_asked() {
    use nats_actors::worker::Disposition;

    assert_eq!(BankError::Busy.disposition(), Disposition::Retry);
    assert_eq!(BankError::Refused.disposition(), Disposition::Terminal);
    let delay = Duration::from_secs(2);
    assert_eq!(BankError::Later(delay).disposition(), Disposition::RetryAfter(delay));
}
