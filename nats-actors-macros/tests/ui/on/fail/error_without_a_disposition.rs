use nats_actors::{consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    async fn placed(&self) -> Result<(), std::io::Error> {
        Ok(())
    }
}

fn main() {}
