use nats_actors::consumer;

#[consumer(stream = "ORDERS", durable = "billing", timeout = "10m", ack_wait = "30s", heartbeat = off)]
struct Billing;

#[consumer(stream = "ORDERS", durable = "audit", timeout = "31s", heartbeat = off)]
struct Audit;

fn main() {}
