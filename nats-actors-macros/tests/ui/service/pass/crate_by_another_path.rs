mod reexports {
    pub use nats_actors as nats;
}

#[reexports::nats::service(name = "orders", version = "1.2.0-rc.1+5", crate = crate::reexports::nats)]
struct Orders;

#[reexports::nats::handlers(client = pub(crate), crate = crate::reexports::nats)]
impl Orders {
    #[endpoint]
    async fn count(&self) -> u32 {
        1
    }
}

fn main() {
    let service = reexports::nats::service::TestService::new(Orders);
    let _ = OrdersClient::new(&service).count();
}
