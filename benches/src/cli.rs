//! The command line.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::plan::{Lib, Plan, Runtime, Scenario};

/// Compares NATS clients on one server: raw socket, nats-actors, async-nats.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the libraries in turns and reports medians.
    Compare(Compare),
    /// Measures one library in one scenario and prints one JSON line.
    #[command(hide = true)]
    Run(Plan),
    /// Feeds a receiver from a raw socket, window by window.
    #[command(hide = true)]
    Feed(Feed),
    /// Answers requests from a raw socket.
    #[command(hide = true)]
    Echo(Peer),
    /// Sends small payloads between large ones from a raw socket.
    #[command(hide = true)]
    Alternate(Peer),
    /// Takes requests at a raw socket and never answers.
    #[command(hide = true)]
    Deaf(Peer),
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// What to measure.
    #[arg(long, value_delimiter = ',', default_value = "publish,receive,request")]
    pub(crate) scenario: Vec<Scenario>,
    /// Which libraries take turns. Ratios need `raw` and `async-nats`.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "raw,raw-in-task,nats-actors,nats-actors-stream,async-nats"
    )]
    pub(crate) lib: Vec<Lib>,
    /// Payload sizes in bytes, where they make a difference.
    #[arg(long, value_delimiter = ',', default_value = "16,128")]
    pub(crate) size: Vec<usize>,
    /// Turns that each library takes; the medians are reported. Default: 5, or 1 if `--quick`.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: Option<u32>,
    /// One round and a tenth of the messages: to see that it works, not to publish.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Messages of one run. Default: by scenario and size, for about a second.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// The tokio runtime of the measured process.
    #[arg(long, default_value = "multi")]
    pub(crate) runtime: Runtime,
    /// A server that runs already. Default: start one for this comparison.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Runs each measured process under this command: a profiler, such as `valgrind --tool=callgrind`.
    #[arg(long, value_parser = words)]
    pub(crate) under: Option<Words>,
    /// Writes one JSON object a row, one row a line.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

/// A command line, cut at blanks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(pub(crate) Vec<String>);

fn words(text: &str) -> Result<Words, Infallible> {
    Ok(Words(text.split_whitespace().map(str::to_owned).collect()))
}

#[derive(Debug, Args)]
pub(crate) struct Feed {
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) size: usize,
    #[arg(long)]
    pub(crate) count: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Peer {
    #[arg(long)]
    pub(crate) url: String,
}
