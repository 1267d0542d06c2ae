//! Which scenario is run by whom.

use nats_actors::Client;

use crate::Failure;
use crate::libs::nats_actors::{publish, receive, request};
use crate::measure::Sample;
use crate::plan::{Lib, Plan, REQUESTS_IN_FLIGHT, Scenario};

pub(crate) async fn measure(plan: Plan) -> Result<Sample, Failure> {
    let client = Client::connect(&*plan.url).await?;
    match plan.scenario {
        Scenario::Publish => publish::publish(&client, &plan).await,
        Scenario::Receive if plan.lib == Lib::NatsActorsStream => {
            receive::from_stream(&client, &plan).await
        }
        Scenario::Receive => receive::in_handler(&client, &plan).await,
        Scenario::Request => request::request(&client, &plan, 1).await,
        Scenario::Request64 => request::request(&client, &plan, REQUESTS_IN_FLIGHT).await,
    }
}
