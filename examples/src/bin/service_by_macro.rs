//! A service from a struct, and the client that is generated for it:
//!
//! ```text
//! 12 / 4 = 3
//! the service says: cannot divide 12 by zero
//! it answers on calculator.*.divided_by
//! drained
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;
use std::time::Duration;

use nats_actors::service::CallError;
use nats_actors::{App, ServiceError, handlers, service};
use nats_actors_examples::NatsServer;

/// Divides. Also answers `PING`, `INFO` and `STATS` below `$SRV`, as every service does.
#[service(name = "calculator", version = "1.0.0")]
struct Calculator;

/// Travels as headers and body, and comes back as the same variant.
#[derive(Debug, thiserror::Error, ServiceError)]
enum MathError {
    #[error("cannot divide {number} by zero")]
    #[service(code = 422)]
    DivisionByZero { number: i64 },
}

#[handlers]
impl Calculator {
    /// The number is a part of the subject, the divisor is the payload.
    #[endpoint("{number}.divided_by", concurrency = 16, timeout = "2s")]
    async fn divide(&self, number: i64, divisor: i64) -> Result<i64, MathError> {
        number.checked_div(divisor).ok_or(MathError::DivisionByZero { number })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let app =
        App::new("math", "1.0.0").connect(server.url()).service(|| Calculator).start().await?;
    app.ready(Duration::from_secs(5)).await.map_err(|status| status.to_string())?;

    let calculator = CalculatorClient::new(app.client());
    println!("12 / 4 = {}", calculator.divide(12, &4).await?);
    match calculator.divide(12, &0).await {
        Err(CallError::Service(error)) => println!("the service says: {error}"),
        other => println!("unexpected: {other:?}"),
    }
    for endpoint in app.service("calculator").into_iter().flat_map(|service| service.endpoints()) {
        let subject = endpoint.info().map(|info| info.subject);
        println!("it answers on {}", subject.as_deref().unwrap_or("nothing"));
    }
    println!("{}", app.drain().await);
    Ok(())
}
