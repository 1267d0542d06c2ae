use nats_actors::service;

#[service]
struct Orders;

fn main() {}
