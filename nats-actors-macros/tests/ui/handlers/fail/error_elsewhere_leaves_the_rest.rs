use nats_actors::service::TestService;
use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("count")]
    async fn count(&self) -> u32 {
        1
    }

    #[endpoint("{id}.get")]
    async fn get(&self) {}
}

fn main() {
    let service = TestService::new(Orders);
    let _call = OrdersClient::new(&service).count();
}
