#[service(name = "sequencer", version = "0.3.0", queue = none)]
struct Sequencer<S: Store> {
    next: u64,
    store: S,
}

#[handlers(client = none)]
impl<S: Store> Sequencer<S> {
    #[endpoint("next")]
    async fn next(&mut self, #[extract] who: Operator) -> Result<u64, Fault> {
        self.next += 1;
        self.store.put(who, self.next).await?;
        Ok(self.next)
    }
}
