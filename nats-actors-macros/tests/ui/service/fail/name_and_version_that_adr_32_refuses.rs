use nats_actors::service;

#[service(name = "my.orders", version = "1.2")]
struct Orders;

fn main() {}
