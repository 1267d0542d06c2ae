use std::time::Duration;

use nats_actors::handler::State;
use nats_actors::jetstream::DeliveryInfo;
use nats_actors::worker::{Consumer, DeadLetter, FaultExt, Lease, Out};
use nats_actors::{
    HandlerError, HandlerFault, Headers, Message, Outcome, SubjectParam, consumer, handlers,
};

#[derive(Clone)]
struct Ledger;

#[derive(SubjectParam)]
struct OrderId(u64);

#[derive(serde::Deserialize)]
struct Placed {
    total: u32,
}

#[derive(Debug, HandlerError)]
enum BillingError {
    #[retry(after = self.0)]
    Throttled(Duration),
    #[terminal]
    BadAmount,
}

impl std::fmt::Display for BillingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

#[consumer(
    stream = "ORDERS", durable = "billing", ordered_by = "{id}", max_in_flight = 256, timeout = "10m",
    retry(max_attempts = 8, backoff = steps("1s", "5s")), dead_letter = "dlq.orders.billing"
)]
struct Billing {
    ledger: Ledger,
}

#[handlers]
impl Billing {
    #[on("orders.v1.{id}.placed")]
    async fn placed(
        &self,
        id: OrderId,
        State(_ledger): State<Ledger>,
        mut out: Out,
        placed: Placed,
    ) -> Result<Outcome, BillingError> {
        match placed.total {
            0 => return Err(BillingError::BadAmount),
            1 => return Err(BillingError::Throttled(Duration::from_secs(id.0))),
            _ => out.publish_bytes("billing.charged", "yes"),
        }
        let _ = &self.ledger;
        Ok(Outcome::DoubleAck)
    }

    #[on("orders.v1.{id}.cancelled")]
    async fn cancelled(&self, id: u64, lease: Lease, headers: Headers) -> Result<(), HandlerFault> {
        lease.ensure()?;
        let tenant = headers.get("Tenant").ok_or_else(|| HandlerFault::new("no tenant"))?;
        let _: u64 = tenant.parse::<u64>().terminal()? + id;
        Ok(())
    }

    #[on("orders.v2.*.{id}.>")]
    async fn next(&self, id: String, info: DeliveryInfo, #[extract] message: Message) {
        drop((id, info, message));
    }

    #[on(other)]
    async fn other(&self, message: Message) -> Outcome {
        Outcome::dead_letter(format!("unexpected {}", message.subject()))
    }

    #[on_dead_letter]
    async fn gave_up(&self, dead: DeadLetter) {
        drop(dead);
    }
}

fn main() {
    assert_eq!(Billing::SPEC.route_of("orders.v1.7.cancelled"), Some(1));
    assert_eq!(Billing::SPEC.problems(), []);
}
