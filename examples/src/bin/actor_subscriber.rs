//! Delivers messages in batches to a ractor actor of your own, which stops when it has seen enough:
//!
//! ```text
//! 10000 readings, 49995000 in all
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;

use nats_actors::Client;
use nats_actors::actor::Batch;
use nats_actors_examples::NatsServer;
use ractor::{Actor, ActorProcessingErr, ActorRef};

const READINGS: u64 = 10_000;
/// Readings so far, and what they make.
type Sum = (u64, u64);
struct Meter;

impl Actor for Meter {
    // At most two batches are under way, so that its mailbox stays short.
    type Msg = Batch;
    type State = Sum;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Batch>, (): ()) -> Result<Sum, ActorProcessingErr> {
        Ok((0, 0))
    }

    async fn handle(
        &self,
        myself: ActorRef<Batch>,
        batch: Batch,
        (count, total): &mut Sum,
    ) -> Result<(), ActorProcessingErr> {
        for reading in batch {
            *count += 1;
            *total += std::str::from_utf8(reading.payload())?.parse::<u64>()?;
        }
        if *count == READINGS {
            println!("{count} readings, {total} in all");
            myself.stop(None);
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let client = Client::connect(server.url()).await?;
    let (meter, stopped) = Actor::spawn(None, Meter, ()).await?;

    let _readings = client.subscribe("meter.*").deliver_to(meter, std::convert::identity).await?;
    for number in 0..READINGS {
        client.publish("meter.7", number.to_string()).await?;
    }
    Ok(stopped.await?)
}
