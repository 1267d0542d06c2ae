use nats_actors::SubjectParam;

#[derive(SubjectParam)]
struct Range(u64, u64);

#[derive(SubjectParam)]
enum Key {
    Number(u64),
}

fn main() {}
