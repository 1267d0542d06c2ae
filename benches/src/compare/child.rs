//! Processes: one for each measured run, and one for its other end.

use std::ffi::OsStr;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::Failure;
use crate::measure::Sample;
use crate::peers::READY;
use crate::plan::{Plan, Scenario};

/// A run that has not ended by then has lost a message or hangs: both are failures.
const DEADLINE: Duration = Duration::from_secs(120);

/// Runs one plan, under another command if there is one, with the other end that it needs.
pub(crate) async fn measure(plan: &Plan, under: &[String]) -> Result<Sample, Failure> {
    let peer = match plan.scenario {
        Scenario::Receive | Scenario::Fanout | Scenario::Crowd => Some(feeder(plan).await?),
        Scenario::Request | Scenario::Request64 => Some(responder(plan).await?),
        Scenario::Kept => Some(peer(&["alternate", "--url", &plan.url]).await?),
        Scenario::Timeouts => Some(peer(&["deaf", "--url", &plan.url]).await?),
        _ => None,
    };
    let mut child = spawn(under, &arguments(plan))?;
    let measured = async {
        let line = first_line(&mut child).await?;
        if !child.wait().await?.success() {
            return Err("the measured process failed".into());
        }
        Ok::<Sample, Failure>(serde_json::from_str(&line)?)
    };
    let sample = timeout(DEADLINE, measured).await.unwrap_or_else(|_| Err("no result".into()));
    if let Some(mut peer) = peer {
        peer.kill().await?;
    }
    sample
        .map_err(|error| format!("{} {} {} B: {error}", plan.lib, plan.scenario, plan.size).into())
}

async fn feeder(plan: &Plan) -> Result<Child, Failure> {
    let (size, count) = (plan.size.to_string(), plan.count.to_string());
    peer(&["feed", "--url", &plan.url, "--size", &size, "--count", &count]).await
}

async fn responder(plan: &Plan) -> Result<Child, Failure> {
    peer(&["echo", "--url", &plan.url]).await
}

/// Returns once the peer has said that it is in place.
async fn peer(arguments: &[&str]) -> Result<Child, Failure> {
    let mut child = spawn(&[], arguments)?;
    match timeout(DEADLINE, first_line(&mut child)).await {
        Ok(Ok(line)) if line == READY => Ok(child),
        other => Err(format!("`{}` is not ready: {other:?}", arguments.join(" ")).into()),
    }
}

fn spawn<A: AsRef<OsStr>>(under: &[String], arguments: &[A]) -> Result<Child, Failure> {
    let this = std::env::current_exe()?;
    let mut command = match under.split_first() {
        None => Command::new(this),
        Some((program, options)) => {
            let mut command = Command::new(program);
            command.args(options).arg(this);
            command
        }
    };
    let child = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    Ok(child)
}

async fn first_line(child: &mut Child) -> Result<String, Failure> {
    let stdout = child.stdout.take().ok_or("the process has no output")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    line.ok_or_else(|| "the process ended without a result".into())
}

fn arguments(plan: &Plan) -> Vec<String> {
    let Plan { lib, scenario, size, url, count, runtime } = plan;
    let options = [
        ("--lib", lib.to_string()),
        ("--scenario", scenario.to_string()),
        ("--size", size.to_string()),
        ("--url", url.clone()),
        ("--count", count.to_string()),
        ("--runtime", runtime.to_string()),
    ];
    let named = options.into_iter().flat_map(|(name, value)| [name.to_owned(), value]);
    std::iter::once("run".to_owned()).chain(named).collect()
}
