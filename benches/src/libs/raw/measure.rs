//! Which scenario is run by whom.

use crate::Failure;
use crate::libs::raw::{publish, receive, request};
use crate::measure::Sample;
use crate::plan::{Plan, REQUESTS_IN_FLIGHT, SUBSCRIBERS, Scenario};
use crate::wire::Socket;

pub(crate) fn measure(plan: &Plan) -> Result<Sample, Failure> {
    let socket = Socket::connect(&plan.url)?;
    match plan.scenario {
        Scenario::Publish => publish::publish(socket, plan),
        Scenario::Receive => receive::receive(socket, plan, 1),
        Scenario::Fanout => receive::receive(socket, plan, SUBSCRIBERS),
        Scenario::Request => request::request(socket, plan, 1),
        Scenario::Request64 => request::request(socket, plan, REQUESTS_IN_FLIGHT),
        _ => Err("a raw socket takes no part in it".into()),
    }
}
