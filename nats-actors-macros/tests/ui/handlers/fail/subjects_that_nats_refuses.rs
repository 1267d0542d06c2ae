#![allow(unused_variables)]

use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("orders..cancel")]
    async fn empty_token(&self) {}

    #[endpoint("a.>.b")]
    async fn tail_in_the_middle(&self) {}

    #[endpoint("place order")]
    async fn space(&self) {}

    #[endpoint("order-{id}")]
    async fn part_of_a_token(&self, id: u64) {}

    #[endpoint("{a}.{a}")]
    async fn twice(&self, a: u64) {}
}

fn main() {}
