//! N messages, in a handler or from a stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nats_actors::{Client, Error};
use tokio::sync::mpsc;

use crate::Failure;
use crate::measure::{Sample, Stopwatch};
use crate::plan::{CREDIT, Plan, RECEIVE, WINDOWS_IN_FLIGHT, window};

/// The handlers of so many subscriptions count together; the last message, or a failure, ends the run.
pub(crate) async fn in_handlers(
    client: &Client,
    plan: &Plan,
    subscribers: u64,
) -> Result<Sample, Failure> {
    let (window, count) = (window(plan.size) * subscribers, plan.count * subscribers);
    let (end, mut ended) = mpsc::unbounded_channel();
    let received = Arc::new(AtomicU64::new(0));
    let mut subscriptions = Vec::new();
    for _ in 0..subscribers {
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
    give_credit(client).await?;
    ended.recv().await.ok_or("the subscriptions ended")??;
    let sample = stopwatch.stop(count);
    nothing_dropped(subscriptions.iter().map(|subscription| subscription.dropped()).sum())?;
    Ok(sample)
}

pub(crate) async fn from_stream(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let mut subscription = client.subscribe(RECEIVE).await?;
    let window = window(plan.size);
    let mut received = 0;

    let stopwatch = Stopwatch::start();
    give_credit(client).await?;
    while received < plan.count {
        subscription.next().await.ok_or("the subscription ended")?;
        received += 1;
        if received % window == 0 {
            client.publish(CREDIT, ()).await?;
        }
    }
    let sample = stopwatch.stop(received);
    nothing_dropped(subscription.dropped())?;
    Ok(sample)
}

async fn give_credit(client: &Client) -> Result<(), Error> {
    for _ in 0..WINDOWS_IN_FLIGHT {
        client.publish(CREDIT, ()).await?;
    }
    Ok(())
}

fn nothing_dropped(dropped: u64) -> Result<(), Failure> {
    match dropped {
        0 => Ok(()),
        dropped => Err(format!("{dropped} messages dropped").into()),
    }
}
