use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint]
    async fn list(&self) -> impl Iterator<Item = u32> {
        0..1
    }

    #[endpoint]
    async fn text(&self) -> &str {
        ""
    }
}

fn main() {}
