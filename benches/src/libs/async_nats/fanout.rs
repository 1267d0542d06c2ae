//! N messages, each for several `Subscriber`s with a task of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::Client;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::task::JoinSet;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{CREDIT, Plan, RECEIVE, SUBSCRIBERS, WINDOWS_IN_FLIGHT, window};

pub(crate) async fn fanout(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let (window, count) = (window(plan.size) * SUBSCRIBERS, plan.count);
    let received = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..SUBSCRIBERS {
        let mut subscriber = client.subscribe(RECEIVE).await?;
        let (received, client) = (Arc::clone(&received), client.clone());
        tasks.spawn(async move {
            for _ in 0..count {
                subscriber.next().await.ok_or("the subscription ended")?;
                if (received.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(window) {
                    client.publish(CREDIT, Bytes::new()).await?;
                }
            }
            Ok::<(), Failure>(())
        });
    }
    client.flush().await?;

    let stopwatch = Stopwatch::start();
    for _ in 0..WINDOWS_IN_FLIGHT {
        client.publish(CREDIT, Bytes::new()).await?;
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(stopwatch.stop(count * SUBSCRIBERS))
}
