use nats_actors::handlers;

struct Billing;

#[handlers]
impl Billing {
    #[on("orders.placed")]
    async fn placed(&self) {}
}

fn main() {}
