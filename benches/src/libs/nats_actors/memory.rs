//! What is kept, given up or waiting, in bytes of the process.

use nats_actors::{Client, ErrorKind, Subscription};

use crate::Failure;
use crate::libs::timeouts;
use crate::measure::{Sample, resident};
use crate::peers::PAIRS;
use crate::plan::{CREDIT, DEAF, KEPT, Plan, TIMEOUT};

pub(crate) async fn kept(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let mut subscription = client.subscribe(KEPT).await?;
    let mut kept = Vec::with_capacity(usize::try_from(plan.count + PAIRS)?);
    let (mut warm, mut before) = (0, 0);
    while (kept.len() as u64) < plan.count {
        client.publish(CREDIT, ()).await?;
        for _ in 0..PAIRS {
            subscription.next().await.ok_or("the subscription ended")?;
            let small = subscription.next().await.ok_or("the subscription ended")?;
            kept.push(small.into_payload());
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
            let answer = client.request(DEAF, ()).timeout(TIMEOUT).await;
            answer.is_err_and(|error| error.kind() == ErrorKind::TimedOut)
        }
    };
    timeouts::timeouts(plan, ask).await
}

pub(crate) async fn subscriptions(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let before = resident()?;
    let _subscriptions = subscribe_many(client, plan.count).await?;
    Sample::memory(before, plan.count)
}

pub(crate) async fn subscribe_many(
    client: &Client,
    count: u64,
) -> Result<Vec<Subscription>, Failure> {
    let mut subscriptions = Vec::with_capacity(usize::try_from(count)?);
    for n in 0..count {
        subscriptions.push(client.subscribe(format!("bench.many.{n}")).unconfirmed().await?);
    }
    client.flush().await?;
    Ok(subscriptions)
}
