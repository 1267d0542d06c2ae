use nats_actors::on;

struct Billing;

impl Billing {
    #[on("orders.placed")]
    async fn placed(&self) {}
}

fn main() {}
