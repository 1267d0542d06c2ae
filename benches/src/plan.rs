//! What one measured run does, the same for every library.

use std::fmt;

use clap::{Args, ValueEnum};

/// Where `publish` sends; nobody listens.
pub(crate) const PUBLISH: &str = "bench.publish";
/// Where a client without a fence of its own sends its last message to itself.
pub(crate) const FENCE: &str = "bench.fence";
/// Where the feeder sends.
pub(crate) const RECEIVE: &str = "bench.receive";
/// Each message here lets the feeder send one window more.
pub(crate) const CREDIT: &str = "bench.credit";
/// Where the responder listens.
pub(crate) const ECHO: &str = "bench.echo";

/// Windows that the feeder may be ahead of the receiver.
pub(crate) const WINDOWS_IN_FLIGHT: u64 = 4;
/// Requests in flight in [`Scenario::Request64`].
pub(crate) const REQUESTS_IN_FLIGHT: u64 = 64;

/// A client under measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lib {
    /// A blocking socket and bytes encoded beforehand: the floor.
    Raw,
    /// This project; receives through a handler in the subscription's actor.
    NatsActors,
    /// This project; receives through the subscription as a stream.
    NatsActorsStream,
    /// The official client.
    AsyncNats,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// N messages, then a fence that shows that the server has read them all.
    Publish,
    /// N messages from a feeder in another process.
    Receive,
    /// N requests, one at a time, to a responder in another process.
    Request,
    /// N requests, 64 at a time.
    Request64,
}

/// The tokio runtime of a measured process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// Multi-threaded, two workers.
    Multi,
    /// Single-threaded.
    Current,
}

/// One run of one library.
#[derive(Clone, Debug, Args)]
pub(crate) struct Plan {
    #[arg(long)]
    pub(crate) lib: Lib,
    #[arg(long)]
    pub(crate) scenario: Scenario,
    #[arg(long)]
    pub(crate) size: usize,
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) count: u64,
    #[arg(long, default_value = "multi")]
    pub(crate) runtime: Runtime,
}

impl Plan {
    pub(crate) fn payload(&self) -> Vec<u8> {
        payload(self.size)
    }

    /// What runs before the clock starts, so that no library pays for its first allocations.
    pub(crate) fn warm_up(&self) -> u64 {
        match self.scenario {
            Scenario::Publish => 10_000.min(self.count),
            Scenario::Receive => 0,
            Scenario::Request | Scenario::Request64 => 1_024.min(self.count),
        }
    }
}

impl Lib {
    /// The stream differs from the handler only in how it receives.
    pub(crate) fn takes_part_in(self, scenario: Scenario) -> bool {
        self != Self::NatsActorsStream || scenario == Scenario::Receive
    }
}

impl Scenario {
    /// Messages of one run, for about a second on two cores; whole windows, whole batches.
    pub(crate) fn count(self, size: usize, wanted: Option<u64>) -> u64 {
        let bytes = 512 * 1024 * 1024 / (size as u64 + 64);
        let count = wanted.unwrap_or_else(|| match self {
            Self::Publish | Self::Receive => bytes.clamp(4_096, 2_000_000),
            Self::Request => 20_000,
            Self::Request64 => 100_000,
        });
        let unit = match self {
            Self::Receive => window(size),
            Self::Request64 => REQUESTS_IN_FLIGHT,
            Self::Publish | Self::Request => 1,
        };
        count.div_ceil(unit).max(1) * unit
    }
}

impl fmt::Display for Lib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&name(self))
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&name(self))
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&name(self))
    }
}

/// Messages of one window: at most 1 MiB on the wire, so that neither the server nor a client
/// with default limits ever drops.
pub(crate) fn window(size: usize) -> u64 {
    (1024 * 1024 / (size as u64 + 64)).clamp(16, 8_192)
}

/// `size` printable bytes.
pub(crate) fn payload(size: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(size).collect()
}

/// As it is written on the command line.
fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receive_counts_are_whole_windows_within_every_default_limit() {
        for size in [0, 16, 128, 1_024, 65_536, 1_048_576] {
            let count = Scenario::Receive.count(size, Some(10_000));
            assert!(count >= 10_000 && count.is_multiple_of(window(size)), "{size}: {count}");
            assert!(window(size) * WINDOWS_IN_FLIGHT < 65_536, "{size}");
        }
    }

    #[test]
    fn names_are_those_of_the_command_line() {
        assert_eq!(Lib::NatsActorsStream.to_string(), "nats-actors-stream");
        assert_eq!(Scenario::Request64.to_string(), "request64");
    }
}
