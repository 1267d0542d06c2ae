use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("count")]
    fn count(&self) -> u32 {
        1
    }
}

fn main() {}
