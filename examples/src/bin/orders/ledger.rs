//! Every order and where it stands: what a shop would keep in a database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::order::{Order, OrderId};
use crate::state::{DeadLetter, State};
use crate::tally::Tally;

/// The book of all orders. Cheap to clone; all clones are the same book.
///
/// Each method is one step, and a step that is taken twice counts once: requests and events may come again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    book: Arc<Mutex<Book>>,
    /// Steps taken; who waits for the end looks again when it grows.
    steps: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Book {
    entries: HashMap<OrderId, Entry>,
    /// Entries in no final state, counted, because who waits for the end asks at every step.
    unfinished: usize,
    contradictions: Vec<String>,
    repeats: u64,
}

#[derive(Debug)]
struct Entry {
    order: Order,
    /// Who placed it: the same request may come again, another one under this number is refused.
    key: String,
    state: State,
}

/// What the book says about a request to place an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It is to be announced: the request is new, or an attempt of it did not come to its end.
    Open,
    /// The same request was served before.
    Served,
    /// The number belongs to another request.
    Taken,
}

/// What billing is to do with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    Bill,
    /// It is in a final state: the event came again, or the customer has cancelled.
    Leave,
    /// The book does not know it: an earlier run has placed it.
    Unknown,
}

impl Ledger {
    /// Begins to place an order.
    pub(crate) fn open(&self, order: &Order, key: &str) -> Opened {
        let mut book = self.book();
        match book.entries.get(&order.id) {
            Some(entry) if entry.key != key => Opened::Taken,
            Some(entry) if entry.state != State::Placing => Opened::Served,
            Some(_) => Opened::Open,
            None => {
                let entry =
                    Entry { order: order.clone(), key: key.to_owned(), state: State::Placing };
                book.entries.insert(order.id, entry);
                book.unfinished += 1;
                Opened::Open
            }
        }
    }

    /// Takes back an order that was not placed after all.
    pub(crate) fn discard(&self, id: OrderId) {
        let mut book = self.book();
        if book.entries.get(&id).is_some_and(|entry| entry.state == State::Placing) {
            book.entries.remove(&id);
            book.unfinished -= 1;
        }
    }

    /// The stream has the event. Billing may have been faster.
    pub(crate) fn placed(&self, id: OrderId) {
        self.step(|book| {
            if let Some(entry) = book.entries.get_mut(&id)
                && entry.state == State::Placing
            {
                entry.state = State::Placed;
            }
        });
    }

    /// Keeps an order for billing, so that it can no longer be cancelled.
    pub(crate) fn claim(&self, id: OrderId) -> Claim {
        self.step(|book| match book.entries.get_mut(&id) {
            None => Claim::Unknown,
            Some(entry) if entry.state.is_final() => {
                book.repeats += u64::from(entry.state == State::Billed);
                Claim::Leave
            }
            Some(entry) => {
                entry.state = State::Billing;
                Claim::Bill
            }
        })
    }

    pub(crate) fn billed(&self, id: OrderId) {
        self.finish(id, State::Billed);
    }

    pub(crate) fn dead_lettered(&self, id: OrderId, letter: DeadLetter) {
        self.finish(id, State::DeadLettered(letter));
    }

    /// Cancels an order that nobody is billing. `Err`: where it stands instead.
    pub(crate) fn cancel(&self, id: OrderId) -> Result<(), Option<State>> {
        self.step(|book| {
            let entry = book.entries.get_mut(&id).ok_or(None)?;
            match &entry.state {
                State::Cancelled => Ok(()),
                State::Placing | State::Placed => {
                    entry.state = State::Cancelled;
                    book.unfinished -= 1;
                    Ok(())
                }
                state => Err(Some(state.clone())),
            }
        })
    }

    pub(crate) fn find(&self, id: OrderId) -> Option<(Order, State)> {
        self.book().entries.get(&id).map(|entry| (entry.order.clone(), entry.state.clone()))
    }

    pub(crate) fn is_cancelled(&self, id: OrderId) -> bool {
        self.book().entries.get(&id).is_some_and(|entry| entry.state == State::Cancelled)
    }

    /// Whether an event is about the order that this process placed under its number.
    pub(crate) fn is_of(&self, id: OrderId, key: &str) -> bool {
        self.book().entries.get(&id).is_some_and(|entry| entry.key == key)
    }

    pub(crate) fn count(&self) -> usize {
        self.book().entries.len()
    }

    /// Counts all orders by where they stand.
    pub(crate) fn tally(&self) -> Tally {
        let book = self.book();
        let mut tally = Tally {
            repeats: book.repeats,
            contradictions: book.contradictions.clone(),
            ..Tally::default()
        };
        for entry in book.entries.values() {
            tally.count(&entry.order, &entry.state);
        }
        tally.dead_letters.sort_by_key(|(id, _)| *id);
        tally.unfinished.sort_unstable_by_key(|(id, _)| *id);
        tally
    }

    /// Whether every order is in a final state.
    pub(crate) fn is_settled(&self) -> bool {
        self.book().unfinished == 0
    }

    /// Sees every step from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.steps.subscribe()
    }

    /// Moves an order to its final state; a second, different one is a contradiction and is kept for the report.
    fn finish(&self, id: OrderId, end: State) {
        self.step(|book| {
            let Some(entry) = book.entries.get_mut(&id) else { return };
            if !entry.state.is_final() {
                entry.state = end;
                book.unfinished -= 1;
            } else if std::mem::discriminant(&entry.state) != std::mem::discriminant(&end) {
                book.contradictions.push(format!("order {id} is {} and {end}", entry.state));
            }
        });
    }

    fn step<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        let result = change(&mut self.book());
        self.steps.send_modify(|steps| *steps += 1);
        result
    }

    /// No step leaves the book half written, so a poisoned lock is as good as any.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Cents;
    use crate::order::NewOrder;

    fn order(id: u64) -> Order {
        let what = NewOrder {
            customer: "Ann".to_owned(),
            item: "cup".to_owned(),
            quantity: 2,
            unit_price_cents: Cents(100),
            note: String::new(),
            simulate: None,
        };
        Order { id: OrderId(id), what }
    }

    fn letter() -> DeadLetter {
        let (stream, subject) = ("DLQ".to_owned(), "dlq".to_owned());
        DeadLetter { reason: "poison".to_owned(), stream, sequence: 1, subject }
    }

    fn placed(id: u64) -> Ledger {
        let ledger = Ledger::default();
        assert_eq!(ledger.open(&order(id), "a"), Opened::Open);
        ledger.placed(OrderId(id));
        ledger
    }

    #[test]
    fn the_same_request_is_served_once_and_another_is_refused() {
        let ledger = Ledger::default();
        assert_eq!(ledger.open(&order(1), "a"), Opened::Open);
        assert_eq!(ledger.open(&order(1), "a"), Opened::Open, "the first attempt may have failed");
        ledger.placed(OrderId(1));

        assert_eq!(ledger.open(&order(1), "a"), Opened::Served);
        assert_eq!(ledger.open(&order(1), "b"), Opened::Taken);
        assert!(ledger.is_of(OrderId(1), "a") && !ledger.is_of(OrderId(1), "b"));
    }

    #[test]
    fn billing_twice_counts_once() {
        let ledger = placed(1);

        assert_eq!(ledger.claim(OrderId(1)), Claim::Bill);
        ledger.billed(OrderId(1));
        assert_eq!(ledger.claim(OrderId(1)), Claim::Leave);
        ledger.billed(OrderId(1));

        let tally = ledger.tally();
        assert_eq!((tally.billed, tally.billed_amount, tally.repeats), (1, Cents(200), 1));
        assert!(tally.contradictions.is_empty() && tally.unfinished.is_empty());
        assert!(ledger.is_settled());
        assert_eq!(ledger.claim(OrderId(9)), Claim::Unknown);
    }

    #[test]
    fn an_order_is_cancelled_or_billed_but_not_both() {
        let cancelled = placed(1);
        assert_eq!(cancelled.cancel(OrderId(1)), Ok(()));
        assert_eq!(cancelled.cancel(OrderId(1)), Ok(()));
        assert_eq!(cancelled.claim(OrderId(1)), Claim::Leave);
        assert!(cancelled.is_settled());

        let claimed = placed(1);
        assert_eq!(claimed.claim(OrderId(1)), Claim::Bill);
        assert_eq!(claimed.cancel(OrderId(1)), Err(Some(State::Billing)));
        assert_eq!(claimed.cancel(OrderId(9)), Err(None));
    }

    #[test]
    fn billing_may_be_faster_than_the_word_of_the_stream() {
        let ledger = Ledger::default();
        ledger.open(&order(1), "a");
        assert_eq!(ledger.claim(OrderId(1)), Claim::Bill);
        ledger.billed(OrderId(1));
        ledger.placed(OrderId(1));

        assert_eq!(ledger.find(OrderId(1)).map(|(_, state)| state), Some(State::Billed));
    }

    #[test]
    fn two_final_states_are_a_contradiction() {
        let ledger = placed(1);
        ledger.billed(OrderId(1));
        ledger.dead_lettered(OrderId(1), letter());

        assert_eq!(ledger.tally().contradictions, ["order 1 is billed and dead-lettered"]);
    }

    #[test]
    fn what_was_not_placed_leaves_no_trace() {
        let ledger = Ledger::default();
        ledger.open(&order(1), "a");
        ledger.discard(OrderId(1));
        assert_eq!(ledger.open(&order(1), "b"), Opened::Open);
        ledger.placed(OrderId(1));
        ledger.discard(OrderId(1));

        assert_eq!(ledger.tally().orders, 1);
        assert!(!ledger.is_settled());
    }

    #[tokio::test]
    async fn who_waits_is_told_of_every_step() {
        let ledger = placed(1);
        let mut steps = ledger.watch();
        ledger.billed(OrderId(1));

        assert!(steps.changed().await.is_ok());
    }
}
