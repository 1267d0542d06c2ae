//! N messages, each for several handlers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nats_actors::Client;
use tokio::sync::mpsc;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{CREDIT, Plan, RECEIVE, SUBSCRIBERS, WINDOWS_IN_FLIGHT, window};

/// Counts what all handlers get together; the last message, or a failure, ends the run.
pub(crate) async fn fanout(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let (window, count) = (window(plan.size) * SUBSCRIBERS, plan.count * SUBSCRIBERS);
    let (end, mut ended) = mpsc::unbounded_channel();
    let received = Arc::new(AtomicU64::new(0));
    let mut subscriptions = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let (received, creditor, end) = (Arc::clone(&received), client.clone(), end.clone());
        let handler = move |_message| {
            let received = received.fetch_add(1, Ordering::Relaxed) + 1;
            if received.is_multiple_of(window) {
                let credited = creditor.try_publish(CREDIT, ());
                if received >= count || credited.is_err() {
                    // The receiver is gone only when the run is over.
                    drop(end.send(credited));
                }
            }
            std::future::ready(())
        };
        subscriptions.push(client.subscribe(RECEIVE).for_each(1, handler).await?);
    }

    let stopwatch = Stopwatch::start();
    for _ in 0..WINDOWS_IN_FLIGHT {
        client.publish(CREDIT, ()).await?;
    }
    ended.recv().await.ok_or("the subscriptions ended")??;
    let sample = stopwatch.stop(count);
    match subscriptions.iter().map(|subscription| subscription.dropped()).sum() {
        0 => Ok(sample),
        dropped => Err(format!("{dropped} messages dropped").into()),
    }
}
