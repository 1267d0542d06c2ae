use nats_actors::handlers;

#[handlers]
struct Orders;

#[handlers]
impl Clone for Orders {
    fn clone(&self) -> Self {
        Self
    }
}

fn main() {}
