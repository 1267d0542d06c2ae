#[service(name = "orders", version = "1.2.0", prefix = "orders.v1", metadata(team = "checkout"))]
pub struct Orders {
    db: Db,
    psp: Psp,
}

#[handlers]
impl Orders {
    /// Cancels an order that has not shipped.
    #[endpoint("{id}.cancel", concurrency = 64, timeout = "2s", metadata(idempotent = "true"))]
    async fn cancel(
        &self,
        id: OrderId,
        deadline: Deadline,
        State(db): State<Db>,
        req: CancelOrder,
    ) -> Result<Order, OrderError> {
        db.cancel(id, req.reason, deadline).await
    }

    #[endpoint("import.*")]
    async fn import(&self, orders: Vec<Order>) {
        self.db.import(orders).await
    }

    #[cfg(feature = "count")]
    #[endpoint]
    async fn count(&self) -> u64 {
        self.db.count().await
    }
}
