#![deny(unused_must_use)]

use nats_actors::{Outcome, consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    async fn placed(&self) {
        Outcome::term("done with it");
    }
}

fn main() {}
