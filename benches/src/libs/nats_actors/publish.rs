//! N messages, then `flush`, which is a fence.

use nats_actors::Client;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{PUBLISH, Plan};

pub(crate) async fn publish(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let payload = plan.payload();

    send(client, &payload, plan.warm_up()).await?;
    let stopwatch = Stopwatch::start();
    send(client, &payload, plan.count).await?;
    Ok(stopwatch.stop(plan.count))
}

async fn send(client: &Client, payload: &[u8], count: u64) -> Result<(), Failure> {
    for _ in 0..count {
        client.publish(PUBLISH, payload).await?;
    }
    client.flush().await?;
    Ok(())
}
