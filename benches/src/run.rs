//! One measured run, in a process of its own.

use std::io::{self, Write};

use tokio::runtime;

use crate::Failure;
use crate::libs::{async_nats, nats_actors, raw};
use crate::measure::Sample;
use crate::plan::{Lib, Plan, Runtime};

/// Measures as planned and prints the sample as one JSON line.
pub(crate) fn run(plan: &Plan) -> Result<(), Failure> {
    let sample = match plan.lib {
        Lib::Raw => raw::measure(plan)?,
        Lib::RawInTask => on_runtime(plan, raw::request_in_task(plan.clone()))?,
        Lib::AsyncNats => on_runtime(plan, async_nats::measure(plan.clone()))?,
        Lib::NatsActors | Lib::NatsActorsStream => {
            on_runtime(plan, nats_actors::measure(plan.clone()))?
        }
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &sample)?;
    writeln!(out)?;
    Ok(())
}

/// Runs on a worker thread, as a user's task does, not on the thread that blocks.
fn on_runtime(
    plan: &Plan,
    measured: impl Future<Output = Result<Sample, Failure>> + Send + 'static,
) -> Result<Sample, Failure> {
    let mut builder = match plan.runtime {
        Runtime::Multi => runtime::Builder::new_multi_thread(),
        Runtime::Current => runtime::Builder::new_current_thread(),
    };
    let runtime = builder.worker_threads(2).enable_all().build()?;
    runtime.block_on(async { tokio::spawn(measured).await? })
}
