//! Which scenario is run by whom.

use nats_actors::Client;

use crate::Failure;
use crate::libs::nats_actors::{memory, publish, receive, reconnect, request};
use crate::measure::Sample;
use crate::plan::{CROWD, Lib, Plan, REQUESTS_IN_FLIGHT, SUBSCRIBERS, Scenario};

pub(crate) async fn measure(plan: Plan) -> Result<Sample, Failure> {
    let client = Client::connect(&*plan.url).await?;
    match plan.scenario {
        Scenario::Publish => publish::publish(&client, &plan).await,
        Scenario::Receive if plan.lib == Lib::NatsActorsStream => {
            receive::from_stream(&client, &plan).await
        }
        Scenario::Receive => receive::in_handlers(&client, &plan, 1).await,
        Scenario::Request => request::request(&client, &plan, 1).await,
        Scenario::Request64 => request::request(&client, &plan, REQUESTS_IN_FLIGHT).await,
        Scenario::Fanout => receive::in_handlers(&client, &plan, SUBSCRIBERS).await,
        Scenario::Crowd => {
            let _crowd = memory::subscribe_many(&client, CROWD).await?;
            receive::in_handlers(&client, &plan, 1).await
        }
        Scenario::Reconnect => reconnect::reconnect(&plan).await,
        Scenario::Kept => memory::kept(&client, &plan).await,
        Scenario::Timeouts => memory::timeouts(&client, &plan).await,
        Scenario::Subscriptions => memory::subscriptions(&client, &plan).await,
        Scenario::Memory => Err("it stands for three others".into()),
    }
}
