//! The clock: wall time, CPU time of this process, and latencies.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What one run, or the median of several, came to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Sample {
    pub(crate) messages_per_s: f64,
    /// User and system time of the measured process, all threads.
    pub(crate) cpu_ns_per_message: f64,
    /// Of a round trip; nothing where there is none.
    pub(crate) p50_us: Option<f64>,
    pub(crate) p99_us: Option<f64>,
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
            messages_per_s: count / wall.as_secs_f64(),
            cpu_ns_per_message: cpu.as_nanos() as f64 / count,
            p50_us: None,
            p99_us: None,
        }
    }

    /// Each of `latencies` was one round trip.
    pub(crate) fn stop_round_trips(&self, mut latencies: Vec<Duration>) -> Sample {
        let sample = self.stop(latencies.len() as u64);
        latencies.sort_unstable();
        Sample { p50_us: quantile(&latencies, 50), p99_us: quantile(&latencies, 99), ..sample }
    }
}

/// The median, column by column; nothing for no samples.
pub(crate) fn medians(samples: &[Sample]) -> Option<Sample> {
    let column = |value: &dyn Fn(&Sample) -> Option<f64>| median(samples.iter().filter_map(value));
    Some(Sample {
        messages_per_s: column(&|sample| Some(sample.messages_per_s))?,
        cpu_ns_per_message: column(&|sample| Some(sample.cpu_ns_per_message))?,
        p50_us: column(&|sample| sample.p50_us),
        p99_us: column(&|sample| sample.p99_us),
    })
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
            messages_per_s: rate,
            cpu_ns_per_message: cpu,
            p50_us: Some(rate),
            p99_us: None,
        };
        let found = medians(&[sample(3.0, 10.0), sample(1.0, 30.0), sample(2.0, 20.0)]).unwrap();

        assert_eq!((found.messages_per_s, found.cpu_ns_per_message), (2.0, 20.0));
        assert_eq!((found.p50_us, found.p99_us), (Some(2.0), None));
        assert!(medians(&[]).is_none());
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
