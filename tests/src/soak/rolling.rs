//! A rolling restart of three servers in lame duck mode, under requests and publishes: nothing fails, is lost, comes twice
//! or out of order.

use std::time::Duration;

use nats_actors::testing::{Cluster, ServerConfig};

use super::effort::Effort;
use super::kit::PATIENCE;
use super::report::Report;
use crate::eventually;
use crate::rolling::{Load, LoadReport, Rates, rolling_restart};

/// How long a server goes on after it said that it will end.
const GRACE: Duration = Duration::from_secs(4);

/// The promise is held at 5,000 requests a second.
const RATES: Rates = Rates::new(5_000, 1_000, 1_000);

pub(super) async fn run(effort: Effort) -> Report {
    let config = ServerConfig::new().lame_duck(Duration::from_secs(30), GRACE);
    let cluster = Cluster::start(3, config).await.unwrap();
    let urls: Vec<_> = cluster.servers().iter().map(|server| server.client_url()).collect();
    let load = Load::start(&urls, RATES).await.unwrap();
    for _ in 0..effort.of(1, 3) {
        let goal = load.answered() + 1_000;
        eventually(PATIENCE, "requests are answered", || load.answered() >= goal).await;
        // Each server ends as an operator ends it.
        rolling_restart(&cluster, &load.clients, true).await;
    }
    told(&load.finish().await)
}

fn told(load: &LoadReport) -> Report {
    let (tried, received) = load.requests;
    let mut report = Report { tried, received, ..Report::default() };
    report.check(load.is_clean(), || load.to_string());
    report.check(load.moves > 0, || "no client ever had to move".to_owned());
    let (wanted, made) = load.rate;
    report.notes.push(format!("{made} requests/s of {wanted} wanted, slowest {:?}", load.slowest));
    report
}
