use nats_actors::service::TestService;

struct Plain;

fn main() {
    TestService::new(Plain);
}
