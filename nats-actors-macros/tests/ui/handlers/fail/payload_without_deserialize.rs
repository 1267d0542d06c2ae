#![allow(unused_variables)]

use nats_actors::{handlers, service};

struct Plain;

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("place")]
    async fn place(&self, order: Plain) {}
}

fn main() {}
