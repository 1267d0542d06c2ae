use nats_actors::ServiceError;

#[derive(Debug, ServiceError)]
enum OrderError {
    #[service(code = 404)]
    NotFound,
}

fn main() {}
