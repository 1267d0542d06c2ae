//! The clock: wall time, CPU time of this process, and latencies.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// What one run, or the median of several, came to.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Sample {
    pub(crate) messages_per_s: Option<f64>,
    /// User and system time of the measured process, all threads.
    pub(crate) cpu_ns_per_message: Option<f64>,
    /// Of a round trip; nothing where there is none.
    pub(crate) p50_us: Option<f64>,
    pub(crate) p99_us: Option<f64>,
    /// Until the first delivery after a reconnect.
    pub(crate) first_ms: Option<f64>,
    /// Memory of the process for each kept message, ended request or subscription.
    pub(crate) bytes_each: Option<f64>,
}

impl Sample {
    /// It took so long until the first delivery.
    pub(crate) fn first(time: Duration) -> Self {
        Self { first_ms: Some(time.as_secs_f64() * 1_000.0), ..Self::default() }
    }

    /// `count` things have cost what the process has grown by since `before`.
    pub(crate) fn memory(before: u64, count: u64) -> Result<Self, Failure> {
        let grown = resident()?.saturating_sub(before);
        Ok(Self { bytes_each: Some(grown as f64 / count.max(1) as f64), ..Self::default() })
    }
}

/// Runs from [`start`](Self::start) to one of the ends.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    wall: Instant,
    cpu: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { cpu: cpu_time(), wall: Instant::now() }
    }

    /// `count` messages went one way.
    pub(crate) fn stop(&self, count: u64) -> Sample {
        let wall = self.wall.elapsed();
        let cpu = cpu_time().saturating_sub(self.cpu);
        let count = count as f64;
        Sample {
            messages_per_s: Some(count / wall.as_secs_f64()),
            cpu_ns_per_message: Some(cpu.as_nanos() as f64 / count),
            ..Sample::default()
        }
    }

    /// Each of `latencies` was one round trip.
    pub(crate) fn stop_round_trips(&self, mut latencies: Vec<Duration>) -> Sample {
        let sample = self.stop(latencies.len() as u64);
        latencies.sort_unstable();
        Sample { p50_us: quantile(&latencies, 50), p99_us: quantile(&latencies, 99), ..sample }
    }
}

/// The median, column by column; nothing where there are no values.
pub(crate) fn medians(samples: &[Sample]) -> Sample {
    let column = |value: &dyn Fn(&Sample) -> Option<f64>| median(samples.iter().filter_map(value));
    Sample {
        messages_per_s: column(&|sample| sample.messages_per_s),
        cpu_ns_per_message: column(&|sample| sample.cpu_ns_per_message),
        p50_us: column(&|sample| sample.p50_us),
        p99_us: column(&|sample| sample.p99_us),
        first_ms: column(&|sample| sample.first_ms),
        bytes_each: column(&|sample| sample.bytes_each),
    }
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.get(values.len() / 2)?;
    let lower = values.get((values.len() - 1) / 2)?;
    Some(f64::midpoint(*upper, *lower))
}

/// In microseconds, of sorted latencies.
fn quantile(sorted: &[Duration], percent: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get(last * percent / 100).map(|latency| latency.as_nanos() as f64 / 1_000.0)
}

/// Memory of this process that is in use, in bytes.
pub(crate) fn resident() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kibibytes.ok_or("the system does not tell the memory of a process")?.parse::<u64>()? * 1024)
}

/// User and system time that this process has used.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_go_column_by_column() {
        let sample = |rate: f64, cpu: f64| Sample {
            messages_per_s: Some(rate),
            cpu_ns_per_message: Some(cpu),
            p50_us: Some(rate),
            ..Sample::default()
        };
        let found = medians(&[sample(3.0, 10.0), sample(1.0, 30.0), sample(2.0, 20.0)]);

        assert_eq!((found.messages_per_s, found.cpu_ns_per_message), (Some(2.0), Some(20.0)));
        assert_eq!((found.p50_us, found.p99_us), (Some(2.0), None));
        assert!(medians(&[]).messages_per_s.is_none());
    }

    #[test]
    fn quantiles_of_a_hundred_latencies() {
        let latencies: Vec<Duration> = (1..=100).map(Duration::from_micros).collect();

        assert_eq!(quantile(&latencies, 50), Some(50.0));
        assert_eq!(quantile(&latencies, 99), Some(99.0));
        assert_eq!(quantile(&[], 50), None);
    }

    #[test]
    fn cpu_time_passes_while_working() {
        let before = cpu_time();
        let deadline = Instant::now() + Duration::from_secs(10);
        while cpu_time() == before {
            assert!(Instant::now() < deadline, "the CPU clock stands still");
        }
    }
}
