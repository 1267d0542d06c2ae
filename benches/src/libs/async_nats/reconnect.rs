//! From a server that is up again to the first delivery.

use futures_util::StreamExt;

use crate::Failure;
use crate::libs::outage::Outage;
use crate::measure::Sample;
use crate::plan::Plan;

pub(crate) async fn reconnect(plan: &Plan) -> Result<Sample, Failure> {
    let outage = Outage::prepare().await?;
    let client = async_nats::connect(outage.url()).await?;
    let mut subscribers = Vec::with_capacity(usize::try_from(plan.count)?);
    for n in 0..plan.count {
        subscribers.push(client.subscribe(format!("bench.many.{n}")).await?);
    }
    client.flush().await?;
    let last = subscribers.last_mut().ok_or("no subscription")?;

    let up = outage.over(format!("bench.many.{}", plan.count - 1)).await?;
    last.next().await.ok_or("the subscription ended")?;
    Ok(Sample::first(up.elapsed()))
}
