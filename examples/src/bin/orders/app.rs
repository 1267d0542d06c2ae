//! What runs: one service, one consumer and one task, and what they share.

use std::time::Duration;

use nats_actors::app::App;
use nats_actors::{Client, ConnectOptions};

use crate::auditor::audit;
use crate::billing::Billing;
use crate::events::Events;
use crate::ledger::Ledger;
use crate::payments::Payments;
use crate::service::Orders;
use crate::stock::Stock;
use crate::streams;

/// What is rare, and how much of it there is.
const RARE: [(&str, u32); 1] = [("copper-cezve", 22)];

/// How long handlers may take to finish when it ends.
const DRAIN: Duration = Duration::from_secs(15);

/// What the parts of the shop share, and what the report is made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) ledger: Ledger,
    pub(crate) payments: Payments,
}

/// The whole application. Each factory is called again for every life of what it makes.
pub(crate) fn shop(url: &str, books: &Books) -> App {
    App::new("orders", env!("CARGO_PKG_VERSION"))
        .connect(ConnectOptions::new().name("orders").connect(url))
        .provide(books.ledger.clone())
        .provide(books.payments.clone())
        .provide(Stock::new(RARE))
        .provision(streams::events())
        .provision(streams::dead_letters())
        .service(|ledger: Ledger, stock: Stock, client: Client| {
            Orders::new(ledger, stock, Events::new(&client))
        })
        .consumer(Billing::new)
        .task("auditor", audit)
        .drain_timeout(DRAIN)
}
