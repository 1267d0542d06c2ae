use nats_actors::{consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    async fn placed(&self) -> u32 {
        7
    }

    #[on("orders.cancelled")]
    async fn cancelled(&self) -> impl Sized {}
}

fn main() {}
