use nats_actors::endpoint;

struct Orders;

impl Orders {
    #[endpoint("count")]
    async fn count(&self) -> u32 {
        1
    }
}

fn main() {}
