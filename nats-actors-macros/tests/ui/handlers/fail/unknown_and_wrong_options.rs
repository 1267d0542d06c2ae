use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("a", concurency = 64)]
    async fn a(&self) {}

    #[endpoint("b", timeout = 2, timeout = "2s")]
    async fn b(&self) {}

    #[endpoint("c", concurrency = 0, queue = "a b", metadata(1))]
    async fn c(&self) {}

    #[endpoint = "d"]
    async fn d(&self) {}
}

fn main() {}
