//! All orders, counted.

use crate::numbers::Cents;
use crate::order::{Order, OrderId};
use crate::state::{DeadLetter, State};

/// All orders by where they stand, at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) orders: u64,
    pub(crate) billed: u64,
    pub(crate) billed_amount: Cents,
    pub(crate) cancelled: u64,
    pub(crate) dead_letters: Vec<(OrderId, DeadLetter)>,
    /// Orders in no final state.
    pub(crate) unfinished: Vec<(OrderId, State)>,
    /// Orders in two final states.
    pub(crate) contradictions: Vec<String>,
    /// Events of billed orders that came again and were left alone.
    pub(crate) repeats: u64,
}

impl Tally {
    pub(crate) fn dead_lettered(&self) -> u64 {
        u64::try_from(self.dead_letters.len()).unwrap_or(u64::MAX)
    }

    pub(crate) fn count(&mut self, order: &Order, state: &State) {
        self.orders += 1;
        match state {
            State::Billed => {
                self.billed += 1;
                self.billed_amount = self.billed_amount.plus(order.what.total());
            }
            State::Cancelled => self.cancelled += 1,
            State::DeadLettered(letter) => self.dead_letters.push((order.id, letter.clone())),
            State::Placing | State::Placed | State::Billing => {
                self.unfinished.push((order.id, state.clone()));
            }
        }
    }
}
