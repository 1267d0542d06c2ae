use std::sync::Arc;

use nats_actors::service;

#[service(name = "orders", version = "1.2.0")]
struct Orders {
    shared: Arc<u32>,
    same: std::sync::Arc<u32>,
}

fn main() {}
