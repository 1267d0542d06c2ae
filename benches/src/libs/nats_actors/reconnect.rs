//! From a server that is up again to the first delivery.

use nats_actors::Client;

use crate::Failure;
use crate::libs::outage::Outage;
use crate::measure::Sample;
use crate::plan::Plan;

pub(crate) async fn reconnect(plan: &Plan) -> Result<Sample, Failure> {
    let outage = Outage::prepare().await?;
    let client = Client::connect(outage.url()).await?;
    let mut subscriptions = Vec::with_capacity(usize::try_from(plan.count)?);
    for n in 0..plan.count {
        subscriptions.push(client.subscribe(format!("bench.many.{n}")).unconfirmed().await?);
    }
    client.flush().await?;
    let last = subscriptions.last_mut().ok_or("no subscription")?;

    let up = outage.over(last.subject().to_owned()).await?;
    last.next().await.ok_or("the subscription ended")?;
    Ok(Sample::first(up.elapsed()))
}
