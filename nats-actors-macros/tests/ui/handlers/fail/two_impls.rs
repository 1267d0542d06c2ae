use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint]
    async fn count(&self) {}
}

#[handlers(client = none)]
impl Orders {
    #[endpoint]
    async fn list(&self) {}
}

fn main() {}
