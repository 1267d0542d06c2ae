//! Which scenario is run by whom.

use crate::Failure;
use crate::libs::async_nats::{publish, receive, request};
use crate::measure::Sample;
use crate::plan::{Plan, REQUESTS_IN_FLIGHT, Scenario};

pub(crate) async fn measure(plan: Plan) -> Result<Sample, Failure> {
    let client = async_nats::connect(&plan.url).await?;
    match plan.scenario {
        Scenario::Publish => publish::publish(&client, &plan).await,
        Scenario::Receive => receive::receive(&client, &plan).await,
        Scenario::Request => request::request(&client, &plan, 1).await,
        Scenario::Request64 => request::request(&client, &plan, REQUESTS_IN_FLIGHT).await,
    }
}
