//! A JetStream worker: one message succeeds at its second attempt, one cannot be read and becomes a dead letter.
//!
//! ```text
//! cat: the disk is busy
//! dead letter: the payload cannot be read: invalid type: string "wide", expected u32 at line 1 column 6
//! cat: resized to 640 pixels
//! drained
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;

use nats_actors::jetstream::{DeliveryInfo, StreamConfig};
use nats_actors::worker::DeadLetter;
use nats_actors::{App, HandlerFault as Fault, consumer, handlers};
use nats_actors_examples::NatsServer;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Says what happens. The framework counts attempts, waits between them, and stores what is given up.
#[consumer(stream = "EXAMPLE_IMAGES", durable = "resizer", provision = create,
           retry(max_attempts = 3, backoff = fixed("300ms")), dead_letter = "example.dead.images")]
struct Resizer(UnboundedSender<String>);

#[handlers]
impl Resizer {
    #[on("example.images.{name}")]
    async fn resize(&self, name: String, info: DeliveryInfo, width: u32) -> Result<(), Fault> {
        if info.num_delivered == 1 {
            self.0.send(format!("{name}: the disk is busy"))?;
            return Err(Fault::new("the disk is busy"));
        }
        Ok(self.0.send(format!("{name}: resized to {width} pixels"))?)
    }

    #[on_dead_letter]
    async fn gave_up(&self, letter: DeadLetter) {
        let _ = self.0.send(format!("dead letter: {}", letter.reason));
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let (says, mut said) = unbounded_channel::<String>();
    let app = App::new("images", "1.0.0")
        .connect(server.url())
        .provision(StreamConfig::new("EXAMPLE_IMAGES").subjects(["example.images.*"]))
        .provision(StreamConfig::new("EXAMPLE_DEAD").subjects(["example.dead.>"]));
    let app = app.provide(says).consumer(Resizer).start().await?;

    let js = app.client().jetstream();
    js.publish("example.images.cat", "640").await?;
    js.publish("example.images.dog", r#""wide""#).await?;
    for _ in 0..3 {
        println!("{}", said.recv().await.unwrap_or_default());
    }
    println!("{}", app.drain().await);
    Ok(())
}
