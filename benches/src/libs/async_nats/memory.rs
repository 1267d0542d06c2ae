//! What is kept, given up or waiting, in bytes of the process.

use async_nats::{Client, Request, RequestErrorKind, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::Failure;
use crate::libs::timeouts;
use crate::measure::{Sample, resident};
use crate::peers::PAIRS;
use crate::plan::{CREDIT, DEAF, KEPT, Plan, TIMEOUT};

pub(crate) async fn kept(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let mut subscriber = client.subscribe(KEPT).await?;
    let mut kept = Vec::with_capacity(usize::try_from(plan.count + PAIRS)?);
    let (mut warm, mut before) = (0, 0);
    while (kept.len() as u64) < plan.count {
        client.publish(CREDIT, Bytes::new()).await?;
        for _ in 0..PAIRS {
            subscriber.next().await.ok_or("the subscription ended")?;
            let small = subscriber.next().await.ok_or("the subscription ended")?;
            kept.push(small.payload);
        }
        if warm == 0 && kept.len() as u64 >= plan.warm_up() {
            (warm, before) = (kept.len() as u64, resident()?);
        }
    }
    Sample::memory(before, kept.len() as u64 - warm)
}

pub(crate) async fn timeouts(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let ask = || {
        let client = client.clone();
        async move {
            let request = Request::new().timeout(Some(TIMEOUT));
            let answer = client.send_request(DEAF, request).await;
            answer.is_err_and(|error| error.kind() == RequestErrorKind::TimedOut)
        }
    };
    timeouts::timeouts(plan, ask).await
}

pub(crate) async fn subscriptions(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let before = resident()?;
    let _subscribers = subscribe_many(client, plan.count).await?;
    Sample::memory(before, plan.count)
}

pub(crate) async fn subscribe_many(
    client: &Client,
    count: u64,
) -> Result<Vec<Subscriber>, Failure> {
    let mut subscribers = Vec::with_capacity(usize::try_from(count)?);
    for n in 0..count {
        subscribers.push(client.subscribe(format!("bench.many.{n}")).await?);
    }
    client.flush().await?;
    Ok(subscribers)
}
