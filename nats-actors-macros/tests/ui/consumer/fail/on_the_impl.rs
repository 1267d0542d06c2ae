use nats_actors::consumer;

struct Billing;

#[consumer(stream = "ORDERS", durable = "billing")]
impl Billing {}

fn main() {}
