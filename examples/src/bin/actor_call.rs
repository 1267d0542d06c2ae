//! Calls an actor of another process: typed question, typed answer, typed error. Both sides are in one process here.
//!
//! ```text
//! added 2: the counter is at 2
//! added 5: the counter is at 7
//! not added 100: 100 is more than 10
//! the counter is gone: nobody answers
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;
use std::fmt;

use nats_actors::actor::{Call, CallError};
use nats_actors::{Client, ErrorKind};
use nats_actors_examples::NatsServer;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Add {
    amount: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct TooMuch {
    amount: u64,
}

impl Call for Add {
    type Reply = u64;
    type Error = TooMuch;
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is more than 10", self.amount)
    }
}

enum Msg {
    Add(Add, RpcReplyPort<Result<u64, TooMuch>>),
}

struct Counter {
    client: Client,
}

impl Actor for Counter {
    type Msg = Msg;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Msg>, (): ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(
        &self,
        _: ActorRef<Msg>,
        Msg::Add(Add { amount }, port): Msg,
        total: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        if amount > 10 {
            return Ok(port.send(Err(TooMuch { amount }))?);
        }
        *total += amount;
        // Neither awaits nor blocks: fit for an actor that may not wait.
        self.client.try_publish("counter.changed", total.to_string())?;
        Ok(port.send(Ok(*total))?)
    }
}

async fn add(client: &Client, amount: u64) {
    match client.call("counter.add", &Add { amount }).await {
        Ok(total) => println!("added {amount}: the counter is at {total}"),
        Err(CallError::Actor(error)) => println!("not added {}: {error}", error.amount),
        Err(CallError::Request(error)) if error.kind() == ErrorKind::NoResponders => {
            println!("the counter is gone: nobody answers");
        }
        Err(other) => println!("not added {amount}: {other}"),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let client = Client::connect(server.url()).await?;
    let (counter, stopped) = Actor::spawn(None, Counter { client: client.clone() }, ()).await?;
    let calls = client.subscribe("counter.add").answer_from(16, counter.clone(), Msg::Add).await?;

    for amount in [2, 5, 100] {
        add(&client, amount).await;
    }
    counter.stop(None);
    stopped.await?;
    calls.drain().await?;
    add(&client, 1).await;
    Ok(())
}
