use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("count")]
    async fn count() -> u32 {
        1
    }

    #[endpoint("take")]
    async fn take(self) {}
}

fn main() {}
