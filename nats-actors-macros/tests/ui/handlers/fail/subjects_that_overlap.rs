#![allow(unused_variables)]

use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("{id}")]
    async fn get(&self, id: u64) {}

    #[endpoint("count")]
    async fn count(&self) -> u32 {
        1
    }
}

fn main() {}
