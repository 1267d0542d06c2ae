//! The service: what others can ask of the shop.

use nats_actors::jetstream::JetStream;
use nats_actors::{handlers, service};
use serde::{Deserialize, Serialize};

use crate::events::{Events, Stored};
use crate::idempotency::IdempotencyKey;
use crate::ledger::{Ledger, Opened};
use crate::order::{NewOrder, Order, OrderId};
use crate::order_error::OrderError;
use crate::stock::Stock;

/// Pieces of one item that an order may ask for.
const MAX_QUANTITY: u32 = 100;

/// Takes, shows and cancels orders.
#[service(name = "orders", version = "1.0.0", prefix = "orders.v1", metadata(example = "true"))]
#[derive(Debug)]
pub(crate) struct Orders {
    ledger: Ledger,
    stock: Stock,
    events: Events,
}

/// What `get` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderStatus {
    pub(crate) order: Order,
    pub(crate) state: String,
}

#[handlers]
impl Orders {
    /// Places an order.
    ///
    /// The same request (the same `Idempotency-Key`) may be sent again until it is answered: it is one order.
    #[endpoint("{id}.place", concurrency = 128, timeout = "2s", metadata(idempotent = "true"))]
    async fn place(
        &self,
        id: OrderId,
        #[extract] IdempotencyKey(key): IdempotencyKey,
        what: NewOrder,
    ) -> Result<Order, OrderError> {
        let (max, quantity) = (MAX_QUANTITY, what.quantity);
        if !(1..=max).contains(&quantity) {
            return Err(OrderError::InvalidQuantity { quantity, max });
        }
        let order = Order { id, what };
        match self.ledger.open(&order, &key) {
            Opened::Served => Ok(order),
            Opened::Taken => Err(OrderError::Duplicate { id }),
            Opened::Open => self.announce(order, &key).await,
        }
    }

    /// Tells what was ordered and where the order stands.
    #[endpoint("{id}.get")]
    async fn get(&self, id: OrderId) -> Result<OrderStatus, OrderError> {
        let (order, state) = self.ledger.find(id).ok_or(OrderError::NotFound { id })?;
        Ok(OrderStatus { order, state: state.to_string() })
    }

    /// Cancels an order, until its payment begins.
    #[endpoint("{id}.cancel", timeout = "2s", metadata(idempotent = "true"))]
    async fn cancel(&self, id: OrderId) -> Result<(), OrderError> {
        self.ledger.cancel(id).map_err(|state| match state {
            Some(state) => OrderError::TooLate { id, state: state.to_string() },
            None => OrderError::NotFound { id },
        })?;
        self.events.cancelled(id).await.map_err(|_| OrderError::Unavailable)
    }

    /// Counts the orders that were placed.
    #[endpoint]
    async fn count(&self) -> usize {
        self.ledger.count()
    }
}

impl Orders {
    /// The factory: the application finds the arguments by their types.
    pub(crate) fn new(ledger: Ledger, stock: Stock, js: JetStream) -> Self {
        Self { ledger, stock, events: Events::new(js) }
    }

    /// Puts the goods aside and tells the stream. Each step may be taken twice.
    async fn announce(&self, order: Order, key: &str) -> Result<Order, OrderError> {
        let (id, what) = (order.id, &order.what);
        if let Err(left) = self.stock.reserve(id, &what.item, what.quantity) {
            self.ledger.discard(id);
            let (item, quantity) = (what.item.clone(), what.quantity);
            return Err(OrderError::OutOfStock { item, quantity, left });
        }
        match self.events.placed(&order, key).await {
            Ok(Stored::Ours) => {
                self.ledger.placed(id);
                Ok(order)
            }
            Ok(Stored::OfAnother) => {
                self.stock.release(id, &what.item);
                self.ledger.discard(id);
                Err(OrderError::Duplicate { id })
            }
            // The event may be stored or not: the order stays open for the caller's next attempt.
            Err(_) => Err(OrderError::Unavailable),
        }
    }
}
