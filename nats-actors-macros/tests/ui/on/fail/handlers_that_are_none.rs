use nats_actors::{consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    fn placed(&self) {}

    #[on("orders.shipped")]
    async fn shipped() {}

    #[on]
    async fn nothing(&self) {}

    #[on(others)]
    async fn misspelt(&self) {}

    #[on("orders.{id}.paid")]
    async fn paid(&self, order_id: u64) {}

    #[on("orders..lost")]
    async fn lost(&self) {}

    #[on_dead_letter]
    async fn gave_up(&self) {}
}

fn main() {}
