//! What is kept, given up or waiting, in bytes of the process.

use std::time::Duration;

use nats_actors::{Client, ErrorKind};
use tokio::task::JoinSet;

use crate::Failure;
use crate::measure::{Sample, resident};
use crate::peers::PAIRS;
use crate::plan::{CREDIT, DEAF, KEPT, Plan, TIMEOUT, TIMEOUTS_AT_ONCE};

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
    time_out(client, plan.warm_up()).await?;
    let before = resident()?;
    time_out(client, plan.count).await?;
    Sample::memory(before, plan.count)
}

async fn time_out(client: &Client, count: u64) -> Result<(), Failure> {
    let mut left = count;
    while left > 0 {
        let mut requests = JoinSet::new();
        for _ in 0..left.min(TIMEOUTS_AT_ONCE) {
            let client = client.clone();
            let timeout: Duration = TIMEOUT;
            requests.spawn(async move { client.request(DEAF, ()).timeout(timeout).await });
        }
        left -= requests.len() as u64;
        while let Some(ended) = requests.join_next().await {
            if ended?.map_err(|error| error.kind()) != Err(ErrorKind::TimedOut) {
                return Err("a request did not time out".into());
            }
        }
    }
    Ok(())
}

pub(crate) async fn subscriptions(client: &Client, plan: &Plan) -> Result<Sample, Failure> {
    let mut subscriptions = Vec::with_capacity(usize::try_from(plan.count)?);
    let before = resident()?;
    for n in 0..plan.count {
        subscriptions.push(client.subscribe(format!("bench.many.{n}")).unconfirmed().await?);
    }
    client.flush().await?;
    Sample::memory(before, plan.count)
}
