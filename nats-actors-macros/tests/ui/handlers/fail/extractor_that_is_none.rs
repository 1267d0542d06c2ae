#![allow(unused_variables)]

use nats_actors::{handlers, service};

struct Plain;

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("get")]
    async fn get(&self, #[extract] who: Plain) {}
}

fn main() {}
