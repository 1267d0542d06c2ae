//! The scenarios, by name.

use std::pin::Pin;
use std::time::Duration;

use super::effort::Effort;
use super::report::Report;
use super::{churn, drains, drops, faults, freeze, kills, requests, rolling, slow};

/// What a scenario gives in the end.
pub type Outcome = Pin<Box<dyn Future<Output = Report> + Send>>;

/// A way to harm a client.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Scenario {
    /// What to call it.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    run: fn(Effort) -> Outcome,
}

/// A scenario that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(240);

/// All of them, in the order in which they take turns.
pub const SCENARIOS: [Scenario; 10] = [
    Scenario::new("kills", "numbered publishes while the server is killed", |effort| {
        Box::pin(kills::reporting(effort))
    }),
    Scenario::new("kills-resend", "the same with what is in doubt sent again", |effort| {
        Box::pin(kills::resending(effort))
    }),
    Scenario::new("drops", "publish, then drop every handle", |effort| {
        Box::pin(drops::run(effort))
    }),
    Scenario::new("drains", "drain subscriptions and clients under full load", |effort| {
        Box::pin(drains::run(effort))
    }),
    Scenario::new("requests", "requests while the server is killed", |effort| {
        Box::pin(requests::run(effort))
    }),
    Scenario::new("slow", "consumers that are too slow, with each policy", |effort| {
        Box::pin(slow::run(effort))
    }),
    Scenario::new("faults", "a network that stalls, cuts, delays and splits", |effort| {
        Box::pin(faults::run(effort))
    }),
    Scenario::new("churn", "clients and subscriptions that come and go", |effort| {
        Box::pin(churn::run(effort))
    }),
    Scenario::new("rolling", "a rolling restart of a cluster under requests", |effort| {
        Box::pin(rolling::run(effort))
    }),
    Scenario::new("freeze", "a server that is stopped and goes on", |effort| {
        Box::pin(freeze::run(effort))
    }),
];

impl Scenario {
    const fn new(name: &'static str, about: &'static str, run: fn(Effort) -> Outcome) -> Self {
        Self { name, about, run }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        SCENARIOS.into_iter().find(|scenario| scenario.name == name)
    }

    /// Runs it; a panic, a time that is too long and a sum that does not add up are faults.
    pub async fn run(&self, effort: Effort) -> Report {
        let mut task = tokio::spawn((self.run)(effort));
        let mut report = Report::default();
        match tokio::time::timeout(LIMIT, &mut task).await {
            Ok(Ok(done)) => return done.balance(),
            Ok(Err(panic)) => report.faults.push(format!("it panicked: {panic}")),
            Err(_) => report.faults.push(format!("it hangs: no end within {LIMIT:?}")),
        }
        task.abort();
        report
    }
}
