//! One trace from a caller over a service to whoever listens to what the service publishes:
//!
//! ```text
//! greeting joe in trace 4bf92f3577b34da6a3ce929d0e0e4736
//! hello, joe
//! joe was greeted in trace 4bf92f3577b34da6a3ce929d0e0e4736
//! without a caller it is another trace: true
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;
use std::time::Duration;

use nats_actors::propagation::{TraceContext, W3c};
use nats_actors::service::{Fault, ServiceOptions};
use nats_actors::{Client, ConnectOptions, handlers, service};
use nats_actors_examples::NatsServer;
use tokio::time::timeout;

#[service(name = "greeter", version = "1.0.0", prefix = "greet")]
struct Greeter {
    client: Client,
}

#[handlers]
impl Greeter {
    #[endpoint("{name}")]
    async fn greet(&self, name: String) -> Result<String, Fault> {
        println!("greeting {name} in trace {}", trace_id());
        self.client.publish("greeted", name.clone()).await?;
        Ok(format!("hello, {name}"))
    }
}

/// The trace that this code runs in, as logs have it.
fn trace_id() -> String {
    TraceContext::current().map_or_else(String::new, |trace| format!("{:032x}", trace.trace_id()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let client = ConnectOptions::new().propagator(W3c::new()).connect(server.url()).await?;
    let serving = client.clone();
    let greeter = move || Greeter { client: serving.clone() };
    let running = service::start(&client, greeter, ServiceOptions::new()).await?;
    let mut greeted = client.subscribe("greeted").await?;

    // As it comes with an HTTP request, for example.
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let trace = TraceContext::parse(parent).ok_or("not a trace")?;
    let known = format!("{:032x}", trace.trace_id());
    let greeter = GreeterClient::new(&client);
    println!("{}", trace.scope(async { greeter.greet("joe".to_owned()).await }).await?);

    let soon = Duration::from_secs(5);
    let message = timeout(soon, greeted.next()).await?.ok_or("it ended")?;
    let name = String::from_utf8_lossy(message.payload()).into_owned();
    client
        .in_trace_of(&message, async { println!("{name} was greeted in trace {}", trace_id()) })
        .await;

    client.publish("greeted", "ann").await?;
    let message = timeout(soon, greeted.next()).await?.ok_or("it ended")?;
    let other = client.in_trace_of(&message, async { trace_id() }).await;
    println!("without a caller it is another trace: {}", other != known && !other.is_empty());
    drop(running);
    Ok(())
}
