//! N messages, then `flush`, which is a fence.

use bytes::Bytes;
use nats_actors::Client;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{PUBLISH, Plan};

/// From this size on a user who has `Bytes` saves a copy by giving them.
pub(super) const BY_REFERENCE: usize = 32 * 1024;

pub(crate) async fn publish(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let payload = Bytes::from(plan.payload());

    send(client, &payload, plan.warm_up()).await?;
    let stopwatch = Stopwatch::start();
    send(client, &payload, plan.count).await?;
    Ok(stopwatch.stop(plan.count))
}

async fn send(client: &Client, payload: &Bytes, count: u64) -> Result<(), Failure> {
    for _ in 0..count {
        match payload.len() {
            BY_REFERENCE.. => client.publish(PUBLISH, payload.clone()).await?,
            _ => client.publish(PUBLISH, &payload[..]).await?,
        }
    }
    client.flush().await?;
    Ok(())
}
