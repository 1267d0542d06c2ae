//! The billing worker: charges every order that was placed, once.

use std::time::Duration;

use nats_actors::jetstream::DeliveryInfo;
use nats_actors::{HandlerError, Outcome, consumer, handlers};

use crate::events::OrderPlaced;
use crate::ledger::{Claim, Ledger};
use crate::order::{OrderId, Simulate};
use crate::payments::{PaymentError, Payments};

/// How long a customer who buys on approval can change their mind.
const ON_APPROVAL: Duration = Duration::from_millis(800);

/// Attempts, delays, dead letters and the order of events are said here and kept by the framework. A message that cannot
/// be decoded becomes a dead letter; a handler that panics is one failed attempt of one message.
#[consumer(
    stream = "ORDERS",
    durable = "billing",
    provision = create,
    max_in_flight = 256,
    ordered_by = "{id}",
    ack_wait = "3s",
    timeout = "4s",
    retry(max_attempts = 4, backoff = exponential("50ms", "400ms"), jitter = 0.2),
    dead_letter = "dlq.orders.billing",
    drain_timeout = "5s",
)]
#[derive(Debug)]
pub(crate) struct Billing {
    ledger: Ledger,
    payments: Payments,
}

/// What a failed payment means for the message.
#[derive(Debug, thiserror::Error, HandlerError)]
pub(crate) enum BillingError {
    #[error("{0}")]
    #[retry]
    Later(PaymentError),
    #[error("{0}")]
    #[terminal]
    Never(PaymentError),
}

#[handlers]
impl Billing {
    #[on("orders.events.{id}.placed")]
    async fn placed(
        &self,
        id: OrderId,
        info: DeliveryInfo,
        event: OrderPlaced,
    ) -> Result<Outcome, BillingError> {
        let order = event.order;
        let age = info.timestamp.elapsed().unwrap_or_default();
        let rest = ON_APPROVAL.saturating_sub(age);
        let on_approval = order.what.simulate == Some(Simulate::ChangeOfMind);
        if on_approval && !rest.is_zero() && !self.ledger.is_cancelled(id) {
            return Ok(Outcome::Snooze(rest));
        }
        if self.ledger.claim(id) == Claim::Bill {
            self.payments.charge(&order).await?;
            self.ledger.billed(id);
        }
        Ok(Outcome::Ack)
    }

    /// Comes behind `placed` of the same order, because events are ordered by `{id}`.
    #[on("orders.events.{id}.cancelled")]
    async fn cancelled(&self, id: OrderId) {
        self.payments.forget(id);
    }
}

impl Billing {
    /// The factory: the application finds the arguments by their types.
    pub(crate) fn new(ledger: Ledger, payments: Payments) -> Self {
        Self { ledger, payments }
    }
}

impl From<PaymentError> for BillingError {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Busy | PaymentError::NoAnswer => Self::Later(error),
            PaymentError::Declined => Self::Never(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use nats_actors::worker::{Consumer, Disposition, HandlerError};

    use super::*;
    use crate::streams;

    #[test]
    fn only_a_declined_card_is_given_up_at_once() {
        let of = |error: PaymentError| BillingError::from(error).disposition();

        assert_eq!(of(PaymentError::Busy), Disposition::Retry);
        assert_eq!(of(PaymentError::NoAnswer), Disposition::Retry);
        assert_eq!(of(PaymentError::Declined), Disposition::Terminal);
    }

    #[test]
    fn what_is_announced_finds_its_handler() {
        assert_eq!(Billing::SPEC.stream, streams::ORDERS);
        assert_eq!(Billing::SPEC.route_of("orders.events.7.placed"), Some(0));
        assert_eq!(Billing::SPEC.route_of("orders.v1.7.place"), None);
    }
}
