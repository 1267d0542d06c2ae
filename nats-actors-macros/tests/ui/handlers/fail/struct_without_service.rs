use nats_actors::handlers;

struct Orders;

#[handlers]
impl Orders {
    #[endpoint]
    async fn count(&self) -> u32 {
        1
    }
}

fn main() {}
