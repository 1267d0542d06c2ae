use nats_actors::ServiceError;

#[derive(Debug, ServiceError)]
enum OrderError {
    NotFound,
    #[service(opaque)]
    Internal,
    #[service(code = 200)]
    Fine,
    #[service(code = 503, retry = "2s")]
    Down,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("error")
    }
}

fn main() {}
