use nats_actors::{consumer, handlers};

struct Plain;

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    async fn placed(&self, #[extract] plain: Plain) {
        drop(plain);
    }

    #[on("orders.{id}.cancelled")]
    async fn cancelled(&self, id: Plain, payload: Plain) {
        drop((id, payload));
    }
}

fn main() {}
