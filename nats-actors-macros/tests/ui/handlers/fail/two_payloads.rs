#![allow(unused_variables)]

use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("move")]
    async fn relocate(&self, from: String, to: String) {}
}

fn main() {}
