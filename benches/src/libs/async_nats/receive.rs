//! N messages from a `Subscriber`.

use async_nats::Client;
use bytes::Bytes;
use futures_util::StreamExt;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{CREDIT, Plan, RECEIVE, WINDOWS_IN_FLIGHT, window};

pub(crate) async fn receive(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let mut subscriber = client.subscribe(RECEIVE).await?;
    client.flush().await?;
    let window = window(plan.size);
    let mut received = 0;

    // The credits leave after SUB on the same connection, so no message can come before it.
    let stopwatch = Stopwatch::start();
    for _ in 0..WINDOWS_IN_FLIGHT {
        client.publish(CREDIT, Bytes::new()).await?;
    }
    while received < plan.count {
        subscriber.next().await.ok_or("the subscription ended")?;
        received += 1;
        if received % window == 0 {
            client.publish(CREDIT, Bytes::new()).await?;
        }
    }
    Ok(stopwatch.stop(received))
}
