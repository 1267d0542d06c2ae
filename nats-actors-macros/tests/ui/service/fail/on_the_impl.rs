use nats_actors::service;

struct Orders;

#[service(name = "orders", version = "1.2.0")]
impl Orders {}

fn main() {}
