use nats_actors::HandlerError;

#[derive(HandlerError)]
struct NotAnEnum;

#[derive(HandlerError)]
enum WithoutDisplay {
    #[retry]
    Busy,
}

fn main() {}
