#![allow(unused_variables)]

use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("{id}.get")]
    async fn get(&self, id: &str, payload: &[u8]) {}
}

fn main() {}
