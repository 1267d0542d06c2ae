//! N messages, then one to itself: `flush` of async-nats ends before the server has read anything.

use async_nats::{Client, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{FENCE, PUBLISH, Plan};

pub(crate) async fn publish(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let mut fence = client.subscribe(FENCE).await?;
    let payload = Bytes::from(plan.payload());

    send(client, &mut fence, &payload, plan.warm_up()).await?;
    let stopwatch = Stopwatch::start();
    send(client, &mut fence, &payload, plan.count).await?;
    Ok(stopwatch.stop(plan.count))
}

async fn send(
    client: &Client,
    fence: &mut Subscriber,
    payload: &Bytes,
    count: u64,
) -> Result<(), Failure> {
    for _ in 0..count {
        client.publish(PUBLISH, payload.clone()).await?;
    }
    client.publish(FENCE, Bytes::new()).await?;
    fence.next().await.ok_or("the fence's subscription ended")?;
    Ok(())
}
