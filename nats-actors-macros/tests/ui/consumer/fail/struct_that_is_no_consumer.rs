use nats_actors::worker;

struct Plain;

fn start(client: &nats_actors::Client) {
    worker::consumer(client, || Plain).start();
}

fn main() {}
