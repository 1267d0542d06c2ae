#[consumer(stream = "METRICS", durable = "totals")]
struct Totals<S: Store> {
    store: S,
}

#[handlers]
impl<S: Store> Totals<S> {
    #[on("metrics.>")]
    async fn any(&mut self, row: Row) {}

    #[on("resets.*")]
    async fn reset(&self) -> Outcome {
        body()
    }
}
