//! The medians, as a table and as JSON lines.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use crate::Failure;
use crate::measure::Sample;
use crate::plan::{Lib, Scenario};

/// The medians of one library in one scenario and size.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    lib: String,
    scenario: String,
    size: usize,
    #[serde(flatten)]
    sample: Sample,
}

impl Row {
    pub(crate) fn new(lib: Lib, scenario: Scenario, size: usize, sample: Sample) -> Self {
        Self { lib: lib.to_string(), scenario: scenario.to_string(), size, sample }
    }

    /// How many times the rate of `lib`, in the same scenario and size.
    fn rate_beside(&self, lib: Lib, rows: &[Self]) -> Option<f64> {
        let lib = lib.to_string();
        let same =
            |row: &&Self| row.lib == lib && row.scenario == self.scenario && row.size == self.size;
        let other = rows.iter().find(same)?;
        Some(self.sample.messages_per_s? / other.sample.messages_per_s?)
    }
}

/// One line a row; ratios are of messages per second.
pub(crate) fn print(rows: &[Row]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<13} {:>6}  {:<18} {:>11} {:>11} {:>8} {:>8} {:>7} {:>12} {:>9} {:>11}",
        "scenario",
        "bytes",
        "lib",
        "messages/s",
        "CPU ns/msg",
        "p50 µs",
        "p99 µs",
        "÷ raw",
        "÷ async-nats",
        "first ms",
        "bytes each"
    )?;
    for row in rows {
        let sample = row.sample;
        writeln!(
            out,
            "{:<13} {:>6}  {:<18} {:>11} {:>11} {:>8} {:>8} {:>7} {:>12} {:>9} {:>11}",
            row.scenario,
            row.size,
            row.lib,
            cell(sample.messages_per_s, 0),
            cell(sample.cpu_ns_per_message, 0),
            cell(sample.p50_us, 1),
            cell(sample.p99_us, 1),
            cell(row.rate_beside(Lib::Raw, rows), 2),
            cell(row.rate_beside(Lib::AsyncNats, rows), 2),
            cell(sample.first_ms, 1),
            cell(sample.bytes_each, 0),
        )?;
    }
    Ok(())
}

/// One JSON object a line.
pub(crate) fn write_json(rows: &[Row], path: &Path) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut out, row)?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}

fn cell(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(lib: Lib, messages_per_s: f64) -> Row {
        let sample = Sample {
            messages_per_s: Some(messages_per_s),
            cpu_ns_per_message: Some(1.0),
            p99_us: Some(2.0),
            ..Sample::default()
        };
        Row::new(lib, Scenario::Request, 16, sample)
    }

    #[test]
    fn a_row_is_one_flat_object() {
        let json = serde_json::to_value(row(Lib::AsyncNats, 5.0)).unwrap();

        let expected = serde_json::json!({
            "lib": "async-nats", "scenario": "request", "size": 16, "messages_per_s": 5.0,
            "cpu_ns_per_message": 1.0, "p50_us": null, "p99_us": 2.0, "first_ms": null, "bytes_each": null,
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn a_ratio_needs_the_other_row() {
        let rows = [row(Lib::Raw, 10.0), row(Lib::NatsActors, 5.0)];

        assert_eq!(rows[1].rate_beside(Lib::Raw, &rows), Some(0.5));
        assert_eq!(rows[1].rate_beside(Lib::AsyncNats, &rows), None);
    }
}
