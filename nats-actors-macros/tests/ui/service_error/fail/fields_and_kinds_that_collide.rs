use nats_actors::ServiceError;

#[derive(Debug, ServiceError)]
enum OrderError {
    #[service(code = 404)]
    NotFound { kind: String },
    #[service(code = 409, kind = "NOT_FOUND")]
    Other,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("error")
    }
}

fn main() {}
