#![allow(unused_variables)]

use nats_actors::{handlers, service};

struct Id(u64);

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("{id}.get")]
    async fn get(&self, id: Id) {}
}

fn main() {}
