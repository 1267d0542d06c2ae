#[consumer(
    stream = "ORDERS", durable = "billing", provision = create, deliver = new, max_in_flight = 256,
    ordered_by = "{id}", lanes = 32, on_key_failure = hold, ack_wait = "30s", timeout = "10m",
    retry(max_attempts = 8, backoff = exponential("1s", "2m"), jitter = 0.2),
    dead_letter = "dlq.orders.billing", on_panic = dead_letter, drain_timeout = "10s"
)]
pub struct Billing {
    ledger: Ledger,
    #[state(skip)]
    psp: Psp,
}

#[handlers]
impl Billing {
    /// Charges what was ordered.
    #[on("orders.v1.{id}.placed")]
    async fn placed(&self, id: OrderId, mut out: Out, evt: OrderPlaced) -> Result<Outcome, BillingError> {
        body()
    }

    #[on("orders.v1.{id}.cancelled")]
    async fn cancelled(&self, id: OrderId, lease: Lease, #[extract] tenant: Tenant) -> Result<(), HandlerFault> {
        body()
    }

    #[cfg(feature = "audit")]
    #[on(other)]
    async fn other(&self, message: Message) {}

    #[on_dead_letter]
    async fn gave_up(&self, dead: DeadLetter) {}
}
