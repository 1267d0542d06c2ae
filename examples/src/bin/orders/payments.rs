//! The payment provider: a system of somebody else, slow and not always in the mood.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::numbers::Cents;
use crate::order::{Order, OrderId, Simulate};

/// How long the provider thinks about a payment.
const LATENCY: Duration = Duration::from_millis(2);

/// Attempts at which a busy provider refuses.
const BUSY_FOR: u32 = 2;

/// The provider as billing knows it. Cheap to clone; all clones are the same provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payments {
    accounts: Arc<Mutex<HashMap<OrderId, Account>>>,
}

#[derive(Debug, Default)]
struct Account {
    attempts: u32,
    charged: Option<Cents>,
}

/// Why a payment did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PaymentError {
    #[error("the payment provider is busy")]
    Busy,
    #[error("the payment provider does not answer")]
    NoAnswer,
    #[error("the card was declined")]
    Declined,
}

impl Payments {
    /// Charges an order. One that was charged before is not charged again: the order's number is the provider's
    /// idempotency key.
    pub(crate) async fn charge(&self, order: &Order) -> Result<(), PaymentError> {
        tokio::time::sleep(LATENCY).await;
        let attempt = self.attempt(order.id);
        match order.what.simulate {
            Some(Simulate::CardBusy) if attempt <= BUSY_FOR => return Err(PaymentError::Busy),
            Some(Simulate::ProviderDown) => return Err(PaymentError::NoAnswer),
            Some(Simulate::CardDeclined) => return Err(PaymentError::Declined),
            Some(Simulate::BillingPanics) if attempt == 1 => bug(order.id),
            _ => {}
        }
        self.with(order.id, |account| account.charged = Some(order.what.total()));
        Ok(())
    }

    /// Forgets the card of an order that will not be charged.
    pub(crate) fn forget(&self, id: OrderId) {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.get(&id).is_some_and(|account| account.charged.is_none()) {
            accounts.remove(&id);
        }
    }

    /// All that was charged.
    pub(crate) fn charged(&self) -> Cents {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.values().filter_map(|account| account.charged).fold(Cents(0), Cents::plus)
    }

    fn attempt(&self, id: OrderId) -> u32 {
        self.with(id, |account| {
            account.attempts = account.attempts.saturating_add(1);
            account.attempts
        })
    }

    fn with<T>(&self, id: OrderId, change: impl FnOnce(&mut Account) -> T) -> T {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        change(accounts.entry(id).or_default())
    }
}

/// The bug that every program has somewhere.
#[expect(clippy::panic, reason = "what a panic in a handler does is a part of the example")]
fn bug(id: OrderId) {
    panic!("order {id} found a bug in billing");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::NewOrder;

    fn order(simulate: impl Into<Option<Simulate>>) -> Order {
        let what = NewOrder {
            customer: "Ann".to_owned(),
            item: "cup".to_owned(),
            quantity: 2,
            unit_price_cents: Cents(100),
            note: String::new(),
            simulate: simulate.into(),
        };
        Order { id: OrderId(7), what }
    }

    #[tokio::test]
    async fn an_order_is_charged_once() {
        let payments = Payments::default();

        assert_eq!(payments.charge(&order(None)).await, Ok(()));
        assert_eq!(payments.charge(&order(None)).await, Ok(()));

        assert_eq!(payments.charged(), Cents(200));
    }

    #[tokio::test]
    async fn a_busy_provider_takes_the_third_attempt() {
        let (payments, order) = (Payments::default(), order(Simulate::CardBusy));

        assert_eq!(payments.charge(&order).await, Err(PaymentError::Busy));
        assert_eq!(payments.charge(&order).await, Err(PaymentError::Busy));
        assert_eq!(payments.charged(), Cents(0));
        assert_eq!(payments.charge(&order).await, Ok(()));
    }
}
