//! Which scenario is run by whom.

use crate::Failure;
use crate::libs::async_nats::{fanout, memory, publish, receive, reconnect, request};
use crate::measure::Sample;
use crate::plan::{CROWD, Plan, REQUESTS_IN_FLIGHT, Scenario};

pub(crate) async fn measure(plan: Plan) -> Result<Sample, Failure> {
    let client = async_nats::connect(&plan.url).await?;
    match plan.scenario {
        Scenario::Publish => publish::publish(&client, &plan).await,
        Scenario::Receive => receive::receive(&client, &plan).await,
        Scenario::Request => request::request(&client, &plan, 1).await,
        Scenario::Request64 => request::request(&client, &plan, REQUESTS_IN_FLIGHT).await,
        Scenario::Fanout => fanout::fanout(&client, &plan).await,
        Scenario::Crowd => {
            let _crowd = memory::subscribe_many(&client, CROWD).await?;
            receive::receive(&client, &plan).await
        }
        Scenario::Reconnect => reconnect::reconnect(&plan).await,
        Scenario::Kept => memory::kept(&client, &plan).await,
        Scenario::Timeouts => memory::timeouts(&client, &plan).await,
        Scenario::Subscriptions => memory::subscriptions(&client, &plan).await,
        Scenario::Memory => Err("it stands for three others".into()),
    }
}
