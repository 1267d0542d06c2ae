use std::rc::Rc;

use nats_actors::{consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    async fn placed(&self) {
        let shared = Rc::new(7);
        std::future::ready(()).await;
        drop(shared);
    }
}

fn main() {}
