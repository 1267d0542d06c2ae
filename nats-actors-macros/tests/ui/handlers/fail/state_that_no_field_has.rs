#![allow(unused_variables)]

use nats_actors::handler::State;
use nats_actors::{handlers, service};

#[derive(Clone)]
struct Db;

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("get")]
    async fn get(&self, State(db): State<Db>) {}
}

fn main() {}
