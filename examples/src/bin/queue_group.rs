//! Shares 100 jobs among three members of a queue group: each job is done by one of them.
//!
//! ```text
//! 100 jobs done, none of them twice, by 3 members
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::collections::BTreeSet;
use std::error::Error;

use nats_actors::Client;
use nats_actors_examples::NatsServer;
use tokio::sync::mpsc;

const JOBS: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = NatsServer::find().await?;
    let client = Client::connect(server.url()).await?;

    let (done, mut results) = mpsc::channel(JOBS);
    let mut members = Vec::new();
    for member in 1..=3 {
        let done = done.clone();
        let jobs = client.subscribe("jobs").queue("workers").for_each(1, move |job| {
            let done = done.clone();
            async move {
                // It fails only when nobody counts any more.
                let _ = done.send((member, job.into_payload())).await;
            }
        });
        members.push(jobs.await?);
    }
    drop(done);

    for number in 0..JOBS {
        client.publish("jobs", number.to_string()).await?;
    }
    // The subscriptions end behind what the server has sent to them, and with them the channel.
    client.drain().await;

    let (mut jobs, mut busy, mut count) = (BTreeSet::new(), BTreeSet::new(), 0);
    while let Some((member, job)) = results.recv().await {
        jobs.insert(job);
        busy.insert(member);
        count += 1;
    }
    let twice = if jobs.len() == count { "none" } else { "some" };
    println!("{count} jobs done, {twice} of them twice, by {} members", busy.len());
    Ok(())
}
