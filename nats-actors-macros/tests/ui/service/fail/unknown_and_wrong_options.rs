use nats_actors::service;

#[service(name = "orders", version = "1.2.0", prefx = "orders.v1")]
struct Orders;

#[service(name = "a", name = "b", version = 1, prefix = "a..b", queue = all, metadata = "x")]
struct Others;

fn main() {}
