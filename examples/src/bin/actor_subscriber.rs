//! Delivers messages in batches to a ractor actor of your own, which stops when it has seen enough:
//!
//! ```text
//! 10000 readings, 49995000 in all
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;

use nats_actors::{Batch, Client};
use nats_actors_examples::NatsServer;
use ractor::{Actor, ActorProcessingErr, ActorRef};

const READINGS: u64 = 10_000;

struct Meter;

#[derive(Default)]
struct Sum {
    count: u64,
    total: u64,
}

impl Actor for Meter {
    /// At most two batches are under way: a slow actor slows the delivery down and keeps its mailbox short.
    type Msg = Batch;
    type State = Sum;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Batch>, (): ()) -> Result<Sum, ActorProcessingErr> {
        Ok(Sum::default())
    }

    async fn handle(
        &self,
        myself: ActorRef<Batch>,
        batch: Batch,
        sum: &mut Sum,
    ) -> Result<(), ActorProcessingErr> {
        for reading in batch {
            sum.count += 1;
            sum.total += std::str::from_utf8(reading.payload())?.parse::<u64>()?;
        }
        if sum.count == READINGS {
            println!("{} readings, {} in all", sum.count, sum.total);
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

    // The second argument makes a batch a message of the actor; here it is one already.
    let _readings = client.subscribe("meter.*").deliver_to(meter, |batch| batch).await?;
    for number in 0..READINGS {
        client.publish("meter.7", number.to_string()).await?;
    }
    stopped.await?;
    client.drain().await;
    Ok(())
}
