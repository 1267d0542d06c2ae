//! The comparison itself works: every scenario, every library, a few messages.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const SCENARIOS: [&str; 5] = ["publish", "receive", "request", "request64", "fanout"];

/// A row for each library, and numbers in it: rates for all, latencies for round trips.
#[test]
fn every_library_takes_part_in_every_scenario() {
    let rows = compare("rates", &SCENARIOS.join(","), &["--size", "16", "--count", "640"]).unwrap();
    // Three libraries, and the stream, which differs only in how it receives.
    assert_eq!(rows.len(), SCENARIOS.len() * 3 + 1, "{rows:?}");
    for row in rows {
        assert!(row["messages_per_s"].as_f64() > Some(0.0), "{row}");
        let round_trip = row["scenario"].as_str().unwrap().starts_with("request");
        assert_eq!(row["p50_us"].is_f64() && row["p99_us"].is_f64(), round_trip, "{row}");
    }
}

/// What has no rate has a time or a size.
#[test]
fn reconnects_are_timed_and_memory_is_counted() {
    let rows = compare("memory", "reconnect,memory", &["--count", "64"]).unwrap();
    // Two libraries in four scenarios.
    assert_eq!(rows.len(), 8, "{rows:?}");
    for row in rows {
        let timed = row["scenario"] == "reconnect";
        assert_eq!(
            (row["first_ms"].is_f64(), row["bytes_each"].is_f64()),
            (timed, !timed),
            "{row}"
        );
    }
}

/// Runs one round and reads what it wrote.
fn compare(name: &str, scenarios: &str, options: &[&str]) -> Result<Vec<Value>, Box<dyn Error>> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    let output = Command::new(env!("CARGO_BIN_EXE_nats-actors-bench"))
        .args(["compare", "--quick", "--scenario", scenarios, "--json"])
        .arg(&file)
        .args(options)
        .output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let text = fs::read_to_string(file)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
