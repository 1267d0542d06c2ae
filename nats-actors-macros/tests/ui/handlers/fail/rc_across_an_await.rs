use std::rc::Rc;

use nats_actors::{handlers, service};

#[service(name = "orders", version = "1.2.0")]
struct Orders;

#[handlers]
impl Orders {
    #[endpoint("count")]
    async fn count(&self) -> u32 {
        let count = Rc::new(1);
        std::future::ready(()).await;
        *count
    }
}

fn main() {}
