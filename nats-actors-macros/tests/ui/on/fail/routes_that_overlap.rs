use nats_actors::{consumer, handlers};

#[consumer(stream = "ORDERS", durable = "billing")]
struct Billing;

#[handlers]
impl Billing {
    #[on("orders.*.placed")]
    async fn placed(&self) {}

    #[on("orders.>")]
    async fn any(&self) {}

    #[on(other)]
    async fn one(&self) {}

    #[on(other)]
    async fn two(&self) {}
}

fn main() {}
