//! What an order is, as it is read, as it travels and as it is kept.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::numbers::Cents;

/// The number of an order: one token of its subjects, because it can be printed and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct OrderId(pub(crate) u64);

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for OrderId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What a customer asks for: the request of `place`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NewOrder {
    pub(crate) customer: String,
    pub(crate) item: String,
    pub(crate) quantity: u32,
    pub(crate) unit_price_cents: Cents,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
    /// What shall go wrong with this order, so that the example has something to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) simulate: Option<Simulate>,
}

impl NewOrder {
    pub(crate) fn total(&self) -> Cents {
        self.unit_price_cents.times(self.quantity)
    }
}

/// An order under its number: a line of the file, and what the service answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    #[serde(flatten)]
    pub(crate) what: NewOrder,
}

/// Trouble on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Simulate {
    /// The payment provider is too busy for the first two attempts.
    CardBusy,
    /// The payment provider refuses the card for good.
    CardDeclined,
    /// The payment provider never answers for this card.
    ProviderDown,
    /// The billing worker panics at its first attempt.
    BillingPanics,
    /// The service announces the order with an event that nobody can decode.
    BrokenEvent,
    /// The customer buys on approval, and cancels before the order is billed.
    ChangeOfMind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_one_flat_object() {
        let line = r#"{"id":7,"customer":"Ann","item":"cup","quantity":3,"unit_price_cents":250,"simulate":"card_busy"}"#;
        let order: Order = serde_json::from_str(line).unwrap();

        assert_eq!(order.id, OrderId(7));
        assert_eq!(order.what.total(), Cents(750));
        assert_eq!(order.what.simulate, Some(Simulate::CardBusy));
        assert_eq!(serde_json::to_string(&order).unwrap(), line);
    }
}
