//! What one measured run does, the same for every library.

use std::fmt;
use std::time::Duration;

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
/// How long a request of [`Scenario::Timeouts`] waits, and how many do at a time.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(50);
pub(crate) const TIMEOUTS_AT_ONCE: u64 = 4_000;
/// Subscriptions beside the one that receives in [`Scenario::Crowd`].
pub(crate) const CROWD: u64 = 100_000;
/// Subscriptions in [`Scenario::Fanout`].
pub(crate) const SUBSCRIBERS: u64 = 4;
/// Where small and large payloads go in [`Scenario::Kept`].
pub(crate) const KEPT: &str = "bench.kept";
/// Where somebody listens and never answers.
pub(crate) const DEAF: &str = "bench.deaf";
/// Requests in flight in [`Scenario::Request64`].
pub(crate) const REQUESTS_IN_FLIGHT: u64 = 64;

/// A client under measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lib {
    /// A blocking socket and bytes encoded beforehand: the floor.
    Raw,
    /// The same in a task: what the runtime adds.
    RawInTask,
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
    /// N messages from a feeder in another process, each to four subscriptions of one connection.
    Fanout,
    /// As `receive`, on a connection with 100,000 subscriptions more.
    Crowd,
    /// From a server that is up again to the first delivery, with N subscriptions.
    Reconnect,
    /// `kept`, `timeouts` and `subscriptions`.
    Memory,
    /// What N kept payloads of 4 bytes cost that came between payloads of 60,000 bytes.
    Kept,
    /// What N requests that timed out have left behind.
    Timeouts,
    /// What N subscriptions of one connection cost.
    Subscriptions,
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
            Scenario::Request | Scenario::Request64 => 1_024.min(self.count),
            Scenario::Kept => self.count / 10,
            Scenario::Timeouts => self.count.min(TIMEOUTS_AT_ONCE),
            Scenario::Receive
            | Scenario::Fanout
            | Scenario::Crowd
            | Scenario::Reconnect
            | Scenario::Memory
            | Scenario::Subscriptions => 0,
        }
    }
}

impl Lib {
    /// The stream differs from the handler only in how it receives; a raw socket has nothing to keep or to restore.
    pub(crate) fn takes_part_in(self, scenario: Scenario) -> bool {
        match self {
            Self::NatsActors | Self::AsyncNats => true,
            Self::NatsActorsStream => scenario == Scenario::Receive,
            Self::Raw => scenario.has_sizes() && scenario != Scenario::Crowd,
            Self::RawInTask => scenario == Scenario::Request,
        }
    }
}

impl Scenario {
    /// What it stands for: itself, or several.
    pub(crate) fn parts(self) -> Vec<Self> {
        match self {
            Self::Memory => vec![Self::Kept, Self::Timeouts, Self::Subscriptions],
            single => vec![single],
        }
    }

    /// Whether the size of the payload makes a difference.
    pub(crate) fn has_sizes(self) -> bool {
        use Scenario::{Crowd, Fanout, Publish, Receive, Request, Request64};
        matches!(self, Publish | Receive | Request | Request64 | Fanout | Crowd)
    }

    /// Messages of one run, for about a second on two cores; whole windows, whole batches.
    pub(crate) fn count(self, size: usize, wanted: Option<u64>, quick: bool) -> u64 {
        let bytes = 512 * 1024 * 1024 / (size as u64 + 64);
        let count = wanted.unwrap_or_else(|| {
            let whole = match self {
                Self::Publish | Self::Receive | Self::Crowd => bytes.clamp(4_096, 2_000_000),
                Self::Fanout => bytes.clamp(4_096, 500_000),
                Self::Request | Self::Kept => 20_000,
                Self::Request64 | Self::Subscriptions | Self::Memory => 100_000,
                Self::Reconnect => 10_000,
                Self::Timeouts => 160_000,
            };
            if quick { whole / 10 } else { whole }
        });
        let unit = match self {
            Self::Receive | Self::Fanout | Self::Crowd => window(size),
            Self::Request64 => REQUESTS_IN_FLIGHT,
            _ => 1,
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
            let count = Scenario::Receive.count(size, Some(10_000), false);
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
