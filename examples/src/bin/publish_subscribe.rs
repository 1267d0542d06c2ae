//! Publishes three greetings and prints what a subscription with a wildcard receives:
//!
//! ```text
//! greet.ann: hello, ann (number 1)
//! greet.bob: hello, bob (number 2)
//! greet.cleo: hello, cleo (number 3)
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;

use nats_actors::Client;
use nats_actors_examples::NatsServer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let client = Client::connect(server.url()).await?;

    // From here on the server knows of the interest: nothing that is published is missed.
    let mut greetings = client.subscribe("greet.*").max_messages(3).await?;

    for (number, name) in (1..).zip(["ann", "bob", "cleo"]) {
        let publish = client.publish(format!("greet.{name}"), format!("hello, {name}"));
        publish.header("Number", format!("{number}")).await?;
    }

    // It ends behind `max_messages`.
    while let Some(greeting) = greetings.next().await {
        let headers = greeting.headers()?;
        let number = headers.get("Number").unwrap_or("unknown");
        let text = String::from_utf8_lossy(greeting.payload());
        println!("{}: {text} (number {number})", greeting.subject());
    }

    client.drain().await;
    Ok(())
}
