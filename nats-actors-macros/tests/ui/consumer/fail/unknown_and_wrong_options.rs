use nats_actors::consumer;

#[consumer(
    stream = "MY ORDERS", durable = "", max_in_fligth = 8, max_in_flight = 0, provision = verfy,
    deliver = later, retry(max_attempts = 0, backoff = sometimes("1s"), jitter = 7.0, tries = 3),
    dead_letter = "dlq.*", on_panic = ignore, heartbeat = never, ack_wait = "0s", lanes = 4,
    drain_timeout = 5
)]
struct Billing;

#[consumer(stream = "ORDERS", durable = "ledger", ordered_by = id, lanes = 0, on_key_failure = wait)]
struct Ledger;

#[consumer]
struct Nothing;

fn main() {}
