use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("next", concurrency = 64)]
    async fn next(&mut self) -> u32 {
        1
    }
}

fn main() {}
