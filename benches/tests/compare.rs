//! The comparison itself works: every scenario, every library, a few messages.

use std::fs;
use std::process::Command;

use serde_json::Value;

const SCENARIOS: [&str; 4] = ["publish", "receive", "request", "request64"];

/// A row for each library, and numbers in it: rates for all, latencies for round trips.
#[test]
fn every_library_takes_part_in_every_scenario() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare.json");
    let output = Command::new(env!("CARGO_BIN_EXE_nats-actors-bench"))
        .args(["compare", "--scenario", &SCENARIOS.join(",")])
        .args(["--size", "16", "--rounds", "1", "--count", "640", "--json"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let text = fs::read_to_string(file).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // Three libraries, and the stream, which differs only in how it receives.
    assert_eq!(rows.len(), SCENARIOS.len() * 3 + 1, "{text}");
    for row in rows {
        assert!(row["messages_per_s"].as_f64() > Some(0.0), "{row}");
        let round_trip = row["scenario"].as_str().unwrap().starts_with("request");
        assert_eq!(row["p50_us"].is_f64() && row["p99_us"].is_f64(), round_trip, "{row}");
    }
}
