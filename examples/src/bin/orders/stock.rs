//! What is left of items that are rare.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::order::OrderId;

/// The stock of a shop. Cheap to clone; all clones are the same stock.
///
/// Items that it was not told about never run out.
#[derive(Clone, Debug)]
pub(crate) struct Stock {
    shelves: Arc<Mutex<HashMap<String, Shelf>>>,
}

#[derive(Debug)]
struct Shelf {
    left: u32,
    reserved: HashMap<OrderId, u32>,
}

impl Stock {
    pub(crate) fn new<'a>(rare: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let shelf = |left| Shelf { left, reserved: HashMap::new() };
        let shelves = rare.into_iter().map(|(item, left)| (item.to_owned(), shelf(left))).collect();
        Self { shelves: Arc::new(Mutex::new(shelves)) }
    }

    /// Puts items aside for an order; doing it again changes nothing, so that a request may come twice.
    ///
    /// `Err`: how many are left, and that is too few.
    pub(crate) fn reserve(&self, id: OrderId, item: &str, quantity: u32) -> Result<(), u32> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(shelf) = shelves.get_mut(item) else { return Ok(()) };
        if shelf.reserved.contains_key(&id) {
            return Ok(());
        }
        shelf.left = shelf.left.checked_sub(quantity).ok_or(shelf.left)?;
        shelf.reserved.insert(id, quantity);
        Ok(())
    }

    /// Puts back what was put aside for an order.
    pub(crate) fn release(&self, id: OrderId, item: &str) {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelf) = shelves.get_mut(item)
            && let Some(quantity) = shelf.reserved.remove(&id)
        {
            shelf.left = shelf.left.saturating_add(quantity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_item_runs_out() {
        let stock = Stock::new([("cezve", 2)]);

        assert_eq!(stock.reserve(OrderId(1), "cezve", 2), Ok(()));
        assert_eq!(stock.reserve(OrderId(2), "cezve", 1), Err(0));
        assert_eq!(stock.reserve(OrderId(3), "cup", 1_000), Ok(()));
    }

    #[test]
    fn reserving_and_releasing_twice_counts_once() {
        let stock = Stock::new([("cezve", 2)]);
        assert_eq!(stock.reserve(OrderId(1), "cezve", 1), Ok(()));
        assert_eq!(stock.reserve(OrderId(1), "cezve", 1), Ok(()));
        assert_eq!(stock.reserve(OrderId(2), "cezve", 1), Ok(()));

        stock.release(OrderId(1), "cezve");
        stock.release(OrderId(1), "cezve");

        assert_eq!(stock.reserve(OrderId(3), "cezve", 2), Err(1));
    }
}
