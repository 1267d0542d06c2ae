//! Asks for the length of a text, and asks where nobody answers:
//!
//! ```text
//! `hello, world` has 12 bytes
//! no responders on `weather.berlin`
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;
use std::time::Duration;

use nats_actors::{Client, ErrorKind};
use nats_actors_examples::NatsServer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let client = Client::connect(server.url()).await?;

    // Up to 16 requests are answered at a time. Dropping the handle unsubscribes.
    let answering = client.clone();
    let length = client.subscribe("length").for_each(16, move |request| {
        let client = answering.clone();
        async move {
            if let Some(reply) = request.reply() {
                // A reply that cannot be sent is noticed by who waits for it.
                let _ = client.publish(reply, request.payload().len().to_string()).await;
            }
        }
    });
    let _length = length.await?;

    let text = "hello, world";
    let reply = client.request("length", text).timeout(Duration::from_secs(2)).await?;
    println!("`{text}` has {} bytes", String::from_utf8_lossy(reply.payload()));

    match client.request("weather.berlin", "").await {
        Err(error) if error.kind() == ErrorKind::NoResponders => println!("{error}"),
        other => println!("unexpected: {other:?}"),
    }

    client.drain().await;
    Ok(())
}
