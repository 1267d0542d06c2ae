//! Requests that nobody answers, and what they leave behind, in bytes of the process.

use tokio::task::JoinSet;

use crate::Failure;
use crate::measure::{Sample, resident};
use crate::plan::{Plan, TIMEOUTS_AT_ONCE};

/// Makes as many as the plan says, many at once; `ask` makes one, and tells whether it timed out.
pub(crate) async fn timeouts<F>(plan: &Plan, ask: impl Fn() -> F) -> Result<Sample, Failure>
where
    F: Future<Output = bool> + Send + 'static,
{
    time_out(plan.warm_up(), &ask).await?;
    let before = resident()?;
    time_out(plan.count, &ask).await?;
    Sample::memory(before, plan.count)
}

async fn time_out<F>(count: u64, ask: impl Fn() -> F) -> Result<(), Failure>
where
    F: Future<Output = bool> + Send + 'static,
{
    let mut left = count;
    while left > 0 {
        let mut requests = JoinSet::new();
        for _ in 0..left.min(TIMEOUTS_AT_ONCE) {
            requests.spawn(ask());
        }
        left -= requests.len() as u64;
        while let Some(timed_out) = requests.join_next().await {
            if !timed_out? {
                return Err("a request did not time out".into());
            }
        }
    }
    Ok(())
}
