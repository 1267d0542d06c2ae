use nats_actors::{Message, consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing", ordered_by = "{id}")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.{id}.placed")]
    async fn placed(&self, id: u64) {
        let _ = id;
    }

    #[on("orders.audit")]
    async fn audit(&self) {}

    #[on(other)]
    async fn other(&self, message: Message) {
        drop(message);
    }
}

fn main() {}
