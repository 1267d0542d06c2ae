#![allow(unused_variables)]

use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("{id}.get")]
    async fn get(&self, order_id: u64) {}

    #[endpoint("{region}.list")]
    async fn list(&self) {}
}

fn main() {}
