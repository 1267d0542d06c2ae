//! The application: a service, a consumer and a task on one connection, supervised together.

use std::time::Duration;

use nats_actors::app::{AppError, Running, Supervise};
use nats_actors::supervisor::Backoff;
use nats_actors::{App, ReconnectPolicy};

use crate::auditor;
use crate::billing::Billing;
use crate::ledger::Ledger;
use crate::payments::Payments;
use crate::place::Place;
use crate::service::Orders;
use crate::stock::Stock;
use crate::streams;

/// What everything in the shop shares.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) ledger: Ledger,
    pub(crate) payments: Payments,
    stock: Stock,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let stock = Stock::new([("copper-cezve", 20)]);
        Self { ledger: Ledger::default(), payments: Payments::default(), stock }
    }

    /// Connects, provisions the streams and starts everything.
    ///
    /// Whatever crashes gets another life after a rest. Its dependencies are those of the shop, so that no order is
    /// forgotten with it.
    pub(crate) async fn open(&self, place: &Place) -> Result<Running, AppError> {
        let reconnect =
            ReconnectPolicy::new().delay(Duration::from_millis(50), Duration::from_millis(500));
        let patient = Supervise::one_for_one()
            .restarts(10, Duration::from_secs(60))
            .backoff(Backoff::new(Duration::from_millis(100), Duration::from_secs(2)));
        place
            .lead(App::new("orders", env!("CARGO_PKG_VERSION")))
            .connect_options(|options| options.reconnect(reconnect))
            .provision(streams::orders())
            .provision(streams::dead_letters())
            .provide(self.ledger.clone())
            .provide(self.payments.clone())
            .provide(self.stock.clone())
            .supervise(patient)
            .service(Orders::new)
            .consumer(Billing::new)
            .task("auditor", auditor::audit)
            .drain_timeout(Duration::from_secs(5))
            .start()
            .await
    }
}
