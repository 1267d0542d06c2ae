//! Which scenario is run by whom.

use crate::Failure;
use crate::measure::Sample;
use crate::plan::Plan;

pub(crate) async fn measure(plan: Plan) -> Result<Sample, Failure> {
    std::future::ready(Err(format!("{} has no client yet", plan.lib).into())).await
}
