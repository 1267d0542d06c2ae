//! Moves in a real cluster, under load.

use std::time::Duration;

use nats_actors::testing::{Cluster, ServerConfig};
use nats_actors_tests::eventually;
use nats_actors_tests::rolling::{Load, LoadReport, Rates, leave, rolling_restart};

use crate::core::kit::PATIENCE;

const RATES: Rates = Rates::new(5_000, 2_000, 2_000);

async fn cluster() -> Cluster {
    let config = ServerConfig::new().lame_duck(Duration::from_secs(40), Duration::from_secs(20));
    Cluster::start(3, config).await.unwrap()
}

async fn loaded(cluster: &Cluster) -> Load {
    let urls: Vec<String> = cluster.servers().iter().map(|server| server.client_url()).collect();
    let load = Load::start(&urls, RATES).await.unwrap();
    eventually(PATIENCE, "the load runs", || load.answered() > 500).await;
    load
}

/// How long the load goes on behind the last move.
async fn a_while(load: &Load) {
    let before = load.answered();
    eventually(PATIENCE, "the load goes on", || load.answered() > before + 1_000).await;
}

#[expect(
    clippy::print_stdout,
    reason = "the rate depends on the machine: it is said, not asserted"
)]
fn assert_clean(report: &LoadReport) {
    println!("{report}");
    assert!(report.is_clean(), "{report}");
}

// spec: A05-01, A05-02, CON-35
/// One server of three is left under load: no request fails, and every message comes once and in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lame_server_is_left_without_a_trace() {
    let cluster = cluster().await;
    let load = loaded(&cluster).await;
    leave(&cluster[2], &load.clients).await;
    a_while(&load).await;
    let report = load.finish().await;

    assert_eq!(report.moves, 2, "the clients of one server, and nobody else");
    assert_clean(&report);
}

// spec: A05-01, A05-02, CON-18
/// Every server is replaced, one after the other, under load.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_leaves_no_trace() {
    let cluster = cluster().await;
    let load = loaded(&cluster).await;
    rolling_restart(&cluster, &load.clients, false).await;
    a_while(&load).await;
    let report = load.finish().await;

    assert!(report.moves >= 6, "{report}");
    assert_clean(&report);
}
