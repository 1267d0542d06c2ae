//! The scenarios of the `soak` program, each for some seconds.

use nats_actors_tests::soak::{Effort, Scenario};

/// A fixed seed, so that a failure here is one that everybody sees.
const SEED: u64 = 3;

async fn run(name: &str) {
    let report = Scenario::named(name).unwrap().run(Effort::fast(SEED)).await;
    assert!(report.is_clean(), "{name}: {report}");
    assert!(report.received > 0, "{name}: {report}");
}

/// e4
// spec: A40-24, A40-25, W-23
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_unreported() {
    run("kills").await;
}

/// e4, with what is in doubt sent again
// spec: A40-24, W-23
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_with_resend_lose_nothing() {
    run("kills-resend").await;
}

/// e1
// spec: CON-56, CON-59
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_handles_lose_nothing() {
    run("drops").await;
}

/// e2, e3
// spec: G-01, G-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drains_lose_nothing() {
    run("drains").await;
}

/// e10
// spec: A40-26, CON-39, R-03, R-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_end_in_time() {
    run("requests").await;
}

/// e8
// spec: G-04, SUB-10, SUB-13, SUB-15, SUB-16
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_consumers_are_counted_exactly() {
    run("slow").await;
}

/// e4b, e11b
// spec: W-18, W-29, A40-14
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_network_makes_no_flush_lie() {
    run("faults").await;
}

/// e9
// spec: G-03, G-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coming_and_going_leaves_nothing() {
    run("churn").await;
}

/// Make before break: a server that says that it will end is left in time.
// spec: A05-02, CON-35
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_fails_no_request() {
    run("rolling").await;
}

/// e22
// spec: A40-13
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_server_is_noticed_under_load() {
    run("freeze").await;
}
