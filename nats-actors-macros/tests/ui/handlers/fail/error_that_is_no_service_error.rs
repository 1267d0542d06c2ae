use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("get")]
    async fn get(&self) -> Result<u32, String> {
        Ok(1)
    }
}

fn main() {}
